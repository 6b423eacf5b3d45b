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

use OPNsense\Slash32\Edit\Xml;

/**
 * Where aliases are named: in rules, in NAT, in other aliases. OPNsense does not let go of an alias that is used, since pf
 * refuses all its rules for the sake of one unknown name.
 */
final class AliasUse
{
    /** Fields that may hold the name of an alias (core, model Alias.php, getAliasSource). */
    private const FIELDS = [
        'address' => true, 'network' => true, 'port' => true, 'dst' => true, 'src' => true, 'dstport' => true, 'srcport' => true,
        'sourceport' => true, 'target' => true, 'local-port' => true, 'source_net' => true, 'source_port' => true,
        'destination_net' => true, 'destination_port' => true, 'target_port' => true, 'content' => true,
    ];
    private const SECTIONS = [['filter'], ['nat'], ['OPNsense', 'Firewall']];

    /** @var array name => what uses it */
    private array $users = [];

    /** Looks once, at the tree as it is now. */
    public function __construct(\DOMElement $root)
    {
        foreach (self::SECTIONS as $path) {
            $node = $root;
            foreach ($path as $name) {
                $node = Xml::child($node, $name);
            }
            if ($node !== null) {
                $this->walk($node, null);
            }
        }
    }

    /** What uses an alias, in words for people, or null. */
    public function of(string $name): ?string
    {
        return $this->users[$name] ?? null;
    }

    /** @param \DOMElement|null $entry the rule or alias that we are in */
    private function walk(\DOMElement $node, ?\DOMElement $entry): void
    {
        foreach (Xml::children($node) as $child) {
            if (isset(self::FIELDS[$child->nodeName]) && Xml::children($child) === []) {
                foreach (preg_split('/[,\s]+/', $child->textContent) as $word) {
                    if ($word !== '') {
                        $this->users[$word] ??= $this->name($entry ?? $node);
                    }
                }
            } else {
                $isEntry = in_array($child->nodeName, ['rule', 'alias'], true);
                $this->walk($child, $isEntry ? $child : $entry);
            }
        }
    }

    private function name(\DOMElement $entry): string
    {
        $text = Xml::text($entry, 'description') ?: Xml::text($entry, 'descr') ?: Xml::text($entry, 'name');
        return sprintf('the %s "%s"', $entry->nodeName, $text);
    }
}
