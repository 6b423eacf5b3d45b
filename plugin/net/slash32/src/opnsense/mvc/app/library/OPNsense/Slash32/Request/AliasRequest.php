<?php

/*
 * Copyright (C) 2026 The slash32 developers
 * All rights reserved.
 *
 * Redistribution and use in source and binary forms, with or without
 * modification, are permitted provided that the following conditions are met:
 *
 * 1. Redistributions of source code must retain the above copyright notice,
 *    this list of conditions and the following disclaimer.
 *
 * 2. Redistributions in binary form must reproduce the above copyright
 *    notice, this list of conditions and the following disclaimer in the
 *    documentation and/or other materials provided with the distribution.
 *
 * THIS SOFTWARE IS PROVIDED ``AS IS'' AND ANY EXPRESS OR IMPLIED WARRANTIES,
 * INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY
 * AND FITNESS FOR A PARTICULAR PURPOSE ARE DISCLAIMED. IN NO EVENT SHALL THE
 * AUTHOR BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY,
 * OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF
 * SUBSTITUTE GOODS OR SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS
 * INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER IN
 * CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE)
 * ARISING IN ANY WAY OUT OF THE USE OF THIS SOFTWARE, EVEN IF ADVISED OF THE
 * POSSIBILITY OF SUCH DAMAGE.
 */

namespace OPNsense\Slash32\Request;

/**
 * One alias as it shall be.
 */
final class AliasRequest
{
    /** @param string[] $content */
    public function __construct(
        public readonly string $where,
        public readonly string $name,
        public readonly string $type,
        public readonly array $content,
        public readonly string $descr,
        public readonly bool $isEnabled = true
    ) {
    }

    public static function read(Form $form, string $owner): self
    {
        // OPNsense: a letter or one underscore first, fewer than 32 characters
        $name = $form->match('name', '/^(?!__)[A-Za-z_][A-Za-z0-9_]{0,30}$/D', 'a name for an alias');
        $form->about($name);
        $type = $form->oneOf('type', ['host', 'network', 'port']);
        $content = [];
        foreach ($form->items('content', ApplyRequest::MOST) as $index => $item) {
            if (!is_string($item) || !self::fits($type, $item)) {
                $form->error('content/' . $index, sprintf('It does not fit into an alias of the type %s.', $type));
            } else {
                $content[] = $item;
            }
        }
        $descr = $form->text('descr', 255);
        if ($owner !== '' && Marker::owner($descr) !== $owner) {
            $form->error('descr', sprintf('It does not end in the marker of the owner, [slash32:%s:…].', $owner));
        }
        $isEnabled = $form->flag('enabled', true);
        $form->refuseOthers();
        return new self($form->where, $name, $type, $content, $descr, $isEnabled);
    }

    /** The interface, or group of them, whose networks a name stands for: of each OPNsense makes an alias `__ID_network`. */
    public static function interfaceOf(string $item): ?string
    {
        return preg_match('/^__([A-Za-z0-9_]{1,32})_network$/D', $item, $found) === 1 ? $found[1] : null;
    }

    private static function fits(string $type, string $item): bool
    {
        return match ($type) {
            'host' => Address::isValid($item),
            'network' => self::isNetwork($item) || self::interfaceOf($item) !== null,
            'port' => self::isPort($item),
        };
    }

    /** An exclamation mark in front takes an address or a network out of what the others hold. */
    private static function isNetwork(string $item): bool
    {
        $bare = str_starts_with($item, '!') ? substr($item, 1) : $item;
        return Address::isValid($bare) || Address::isNetwork($bare);
    }

    /** In an alias a range of ports has a colon, in a rule a dash. */
    private static function isPort(string $item): bool
    {
        return preg_match('/^(\d{1,5})(?::(\d{1,5}))?$/D', $item, $found) === 1
            && $found[1] >= 1 && $found[1] <= 65535
            && (!isset($found[2]) || ($found[2] > $found[1] && $found[2] <= 65535));
    }
}
