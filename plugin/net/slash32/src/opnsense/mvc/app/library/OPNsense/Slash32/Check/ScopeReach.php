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
use OPNsense\Slash32\Request\AliasRequest;
use OPNsense\Slash32\Request\Marker;

/**
 * Whether something leads to hosts in the networks in scope and nowhere else: then it may stand on an interface that is out
 * of scope, since what is published to the world comes in on one of those.
 */
final class ScopeReach
{
    /** @param string[] $scope ids of the interfaces that may be touched */
    public function __construct(private readonly Interfaces $interfaces, private readonly array $scope)
    {
    }

    /** Whether an address can be that of a host in a network in scope: the firewall's own ones are none. */
    public function isHost(string $address): bool
    {
        foreach ($this->scope as $id) {
            if ($this->interfaces->objection($id, $address) === null) {
                return true;
            }
        }
        return false;
    }

    /** Whether an address lies in a network in scope, whatever it is. */
    public function holds(string $address): bool
    {
        foreach ($this->scope as $id) {
            if ($this->interfaces->holds($id, $address)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether a destination is nothing but hosts in scope.
     * @param array $aliases name => addresses, of the owner's aliases of hosts
     */
    public function holdsAll(string $net, bool $isNot, array $aliases): bool
    {
        foreach ($isNot ? ['any'] : explode(',', $net) as $part) {
            foreach ($aliases[$part] ?? [preg_replace('/\/32$/D', '', $part)] as $address) {
                if (!$this->isHost($address)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** @return array name => addresses, of the owner's aliases of hosts as they stand in the tree */
    public static function present(\DOMElement $root, string $owner): array
    {
        $found = [];
        foreach (FirewallEdit::nodes($root, 'alias') as $node) {
            if (Xml::text($node, 'type') === 'host' && Marker::owner(Xml::text($node, 'description')) === $owner) {
                $content = Xml::text($node, 'content');
                $found[Xml::text($node, 'name')] = $content === '' ? [] : preg_split('/\s+/', $content);
            }
        }
        return $found;
    }

    /**
     * @param AliasRequest[] $aliases the owner's whole list
     * @return array name => addresses, of those of hosts
     */
    public static function asked(array $aliases): array
    {
        $hosts = array_filter($aliases, fn (AliasRequest $one) => $one->type === 'host');
        return array_column($hosts, 'content', 'name');
    }
}
