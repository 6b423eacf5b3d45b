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

use OPNsense\Slash32\Edit\Context;
use OPNsense\Slash32\Edit\Entry;
use OPNsense\Slash32\Edit\Sections;
use OPNsense\Slash32\Edit\Xml;

/**
 * Whether the caller would be cut off: by static ARP or deny-unknown on the interface that it comes in on without an
 * entry for its address. Compares the interface before and after.
 */
final class Lockout
{
    private array $before = [];

    /** @param string[] $interfaces those that the request names; look before the tree is edited */
    public function __construct(
        private readonly \DOMElement $root,
        private readonly array $interfaces,
        private readonly Context $context,
        private readonly ?WayIn $way
    ) {
        foreach ($interfaces as $id) {
            $this->before[$id] = $this->look($id);
        }
    }

    /**
     * Looks again, now that the tree is edited.
     * @param string[] $closing ids of the interfaces on which a restart of DHCP puts static ARP in force
     */
    public function check(Errors $errors, array $closing = []): void
    {
        foreach (array_unique([...$this->interfaces, ...$closing]) as $id) {
            $neighbour = $this->way?->neighbour($id);
            if ($neighbour === null) {
                continue;
            }
            $before = $this->before[$id] ?? ['arp' => false, 'deny' => false, 'covers' => []];
            $after = $this->look($id, $before['covers']);
            $closes = in_array($id, $closing, true) || ($after['arp'] && !$before['arp']) || ($after['deny'] && !$before['deny']);
            $isOpen = !$after['arp'] && !$after['deny'];
            if ($isOpen || $after['covers'] !== [] || (!$closes && $before['covers'] === [])) {
                continue;
            }
            $caller = $this->way->caller;
            $errors->add('lockout', $id, $neighbour, sprintf(
                'The request came from %s on %s, and that address would be cut off: it has no reservation with its MAC '
                . 'address there. Give it one first, or leave static ARP and deny-unknown off.',
                $neighbour === $caller ? $caller : sprintf('%s by way of %s', $caller, $neighbour),
                $id
            ));
        }
    }

    /** @param string[] $macs those that the address had before, [] when nothing covered it */
    private function look(string $id, array $macs = []): array
    {
        $section = (new Sections($this->root))->find($id);
        return [
            'arp' => Xml::child($section, 'staticarp') !== null,
            'deny' => Xml::child($section, 'denyunknown') !== null,
            'covers' => $this->covers($section, (string)$this->way?->neighbour($id), $macs),
        ];
    }

    /** @return string[] MAC addresses that entries give to it; where its own is not known, the one from before must stay */
    private function covers(?\DOMElement $section, string $neighbour, array $macs): array
    {
        $known = $this->context->arp[$neighbour] ?? null;
        $right = $known === null ? $macs : [$known];
        $covers = [];
        foreach (Entry::all($section) as $entry) {
            $fits = $right === [] || in_array($entry->mac, $right, true);
            if ($entry->ipaddr === $neighbour && $entry->mac !== '' && $fits) {
                $covers[] = $entry->mac;
            }
        }
        return $covers;
    }
}
