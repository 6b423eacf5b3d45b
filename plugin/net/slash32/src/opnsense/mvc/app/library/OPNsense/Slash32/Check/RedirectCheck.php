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

namespace OPNsense\Slash32\Check;

use OPNsense\Slash32\Edit\FirewallEdit;
use OPNsense\Slash32\Edit\Xml;
use OPNsense\Slash32\Request\Address;
use OPNsense\Slash32\Request\ApplyRequest;
use OPNsense\Slash32\Request\Marker;
use OPNsense\Slash32\Request\RedirectRequest;

/**
 * Whether two destination NATs would fit the same packet: pf takes the first one, and the other one never does anything.
 */
final class RedirectCheck
{
    /** @var array [interfaces, protocol, destination, ports or null, what it is called] of those of others */
    private array $foreign = [];

    /** @var array marker => what a redirect of the owner takes now */
    private array $standing = [];

    public function __construct(\DOMElement $root, string $owner, private readonly Interfaces $interfaces)
    {
        foreach (FirewallEdit::nodes($root, 'redirect') as $node) {
            $descr = Xml::text($node, 'descr');
            if (!in_array(Xml::text($node, 'disabled'), ['', '0'], true)) {
                continue;
            }
            $takes = [
                array_values(array_filter(explode(',', Xml::text($node, 'interface')), fn (string $id) => $id !== '')),
                strtolower(Xml::text($node, 'protocol')),
                Xml::textAt($node, 'destination.network') ?: Xml::textAt($node, 'destination.address'),
                self::ports(Xml::textAt($node, 'destination.port')),
            ];
            if (Marker::owner($descr) === $owner) {
                $this->standing[Marker::of($descr)] = $takes;
            } else {
                $this->foreign[] = [...$takes, $descr === '' ? $node->getAttribute('uuid') : $descr];
            }
        }
    }

    public function run(ApplyRequest $request, Errors $errors): void
    {
        $own = [];
        foreach ($request->redirects ?? [] as $redirect) {
            if (!$redirect->isEnabled()) {
                continue;
            }
            $fields = $redirect->fields;
            $takes = [
                [$redirect->interface], $fields['protocol'], $fields['destination.network'],
                self::ports($fields['destination.port']),
            ];
            // what stands as it is must not keep everything else from being applied
            $isStanding = ($this->standing[Marker::of($redirect->descr)] ?? null) === $takes;
            foreach ($isStanding ? [] : $this->foreign as $other) {
                if ($this->meets($redirect, $other)) {
                    $errors->add('taken', $redirect->where . '/destination_port', Marker::of($redirect->descr), sprintf(
                        'The destination NAT "%s" of somebody else takes these packets.',
                        $other[4]
                    ));
                }
            }
            foreach ($own as $other) {
                if ($this->meets($redirect, $other)) {
                    $errors->add('invalid', $redirect->where . '/destination_port', Marker::of($redirect->descr), sprintf(
                        '%s takes the same packets.',
                        $other[4]
                    ));
                }
            }
            $own[] = [...$takes, Marker::of($redirect->descr)];
        }
    }

    /** In doubt they meet. */
    private function meets(RedirectRequest $redirect, array $other): bool
    {
        [$ids, $protocol, $destination, $ports] = $other;
        $isSame = ($ids === [] || in_array($redirect->interface, $ids, true))
            && (in_array($protocol, ['', 'any', 'tcp/udp'], true) || $protocol === $redirect->fields['protocol']);
        [$from, $to] = self::ports($redirect->fields['destination.port']);
        return $isSame && ($ports === null || ($ports[0] <= $to && $from <= $ports[1]))
            && $this->isSamePlace($redirect->fields['destination.network'], $destination);
    }

    private function isSamePlace(string $one, string $other): bool
    {
        $places = [self::place($one), self::place($other)];
        if ($one === $other || in_array(null, $places, true)) {
            return true;
        }
        foreach ([$places, array_reverse($places)] as [$address, $id]) {
            if (Address::isValid($address) && !Address::isValid($id)) {
                return !$this->interfaces->hasNetwork($id) || in_array($address, $this->interfaces->own($id), true);
            }
        }
        return false;
    }

    /** An address, or the id of the interface whose addresses are meant; null for anything else. */
    private static function place(string $text): ?string
    {
        if (preg_match('/^([a-z][a-z0-9_]*)ip$/D', $text, $found) === 1) {
            return $found[1];
        }
        $bare = preg_replace('/\/32$/D', '', $text);
        return Address::isValid($bare) ? $bare : null;
    }

    /** First and last port; null when every one is meant or nobody can tell. */
    public static function ports(string $text): ?array
    {
        if (preg_match('/^(\d{1,5})(?:[-:](\d{1,5}))?$/D', $text, $found) !== 1) {
            return null;
        }
        return [(int)$found[1], (int)($found[2] ?? $found[1])];
    }
}
