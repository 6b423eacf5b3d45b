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

use OPNsense\Slash32\Request\Address;

/**
 * The assigned interfaces, as config.xml describes them.
 */
final class Interfaces
{
    /** @var array id => [address, bits] of those with a static IPv4 address */
    private array $networks = [];
    /** @var array id => virtual addresses */
    private array $virtual = [];
    /** @var array id => [address, bits] of every network on it, those of virtual addresses too */
    private array $reachable = [];
    private array $ids = [];
    /** @var array id => true of those that are switched on and neither a group nor made by OPNsense itself */
    private array $real = [];

    public function __construct(\SimpleXMLElement $root)
    {
        foreach ($root->interfaces?->children() ?? [] as $id => $one) {
            $this->ids[(string)$id] = true;
            if (isset($one->enable) && (string)$one->type !== 'group' && in_array((string)$one->virtual, ['', '0'], true)) {
                $this->real[(string)$id] = true;
            }
            $bits = (string)$one->subnet;
            if (Address::isValid((string)$one->ipaddr) && ctype_digit($bits) && (int)$bits <= 32) {
                $this->networks[(string)$id] = [(string)$one->ipaddr, (int)$bits];
            }
        }
        foreach ($root->virtualip?->vip ?? [] as $vip) {
            $id = (string)$vip->interface;
            $bits = (string)$vip->subnet_bits;
            $this->virtual[$id][] = (string)$vip->subnet;
            if (Address::isValid((string)$vip->subnet) && ctype_digit($bits) && (int)$bits <= 32) {
                $this->reachable[$id][] = [(string)$vip->subnet, (int)$bits];
            }
        }
        foreach ($this->networks as $id => $network) {
            $this->reachable[$id][] = $network;
        }
    }

    public function has(string $id): bool
    {
        return isset($this->ids[$id]);
    }

    /** Whether rules may be put on an interface: it is there, switched on, and no group of interfaces. */
    public function takesRules(string $id): bool
    {
        return isset($this->real[$id]);
    }

    /** The interface on which OPNsense keeps a way in for its administration: LAN, else the first OPT, else WAN. */
    public function first(): ?string
    {
        $ids = array_map('strval', array_keys($this->ids));
        $opts = preg_grep('/^opt\d+$/D', $ids);
        usort($opts, fn (string $one, string $other) => (int)substr($one, 3) <=> (int)substr($other, 3));
        return array_values(array_filter(['lan', ...$opts, 'wan'], fn (string $id) => isset($this->ids[$id])))[0] ?? null;
    }

    /** Whether an address is the firewall's own, on any interface. */
    public function isOwn(string $address): bool
    {
        foreach (array_keys($this->ids) as $id) {
            if (in_array($address, $this->own((string)$id), true)) {
                return true;
            }
        }
        return false;
    }

    public function hasNetwork(string $id): bool
    {
        return isset($this->networks[$id]);
    }

    /** Whether an address lies in the network of an interface. */
    public function holds(string $id, string $address): bool
    {
        return isset($this->networks[$id]) && Address::isInside($address, ...$this->networks[$id]);
    }

    /** Whether an address is a neighbour on an interface: in its network, or in that of a virtual address. */
    public function reaches(string $id, string $address): bool
    {
        foreach ($this->reachable[$id] ?? [] as $network) {
            if (Address::isInside($address, ...$network)) {
                return true;
            }
        }
        return false;
    }

    /** Whether an address is a neighbour on any interface. */
    public function isNear(string $address): bool
    {
        foreach (array_keys($this->reachable) as $id) {
            if ($this->reaches((string)$id, $address)) {
                return true;
            }
        }
        return false;
    }

    /** @return string[] addresses of the firewall itself on an interface */
    public function own(string $id): array
    {
        $own = $this->virtual[$id] ?? [];
        return isset($this->networks[$id]) ? [$this->networks[$id][0], ...$own] : $own;
    }

    /** @return string[] */
    public function virtual(string $id): array
    {
        return $this->virtual[$id] ?? [];
    }

    /** Why a host on this interface cannot have an address, or null. */
    public function objection(string $id, string $address): ?string
    {
        if (!isset($this->networks[$id])) {
            return sprintf('The interface %s has no static IPv4 address.', $id);
        }
        [$own, $bits] = $this->networks[$id];
        if (!$this->holds($id, $address)) {
            return sprintf('%s lies outside %s/%d.', $address, $own, $bits);
        }
        if (in_array($address, $this->own($id), true)) {
            return sprintf('%s is the firewall itself.', $address);
        }
        $mask = (0xffffffff << (32 - $bits)) & 0xffffffff;
        $host = ip2long($address) & ~$mask & 0xffffffff;
        if ($bits < 31 && ($host === 0 || $host === (~$mask & 0xffffffff))) {
            return sprintf('%s is the network or the broadcast address.', $address);
        }
        return null;
    }
}
