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
 * Over which neighbour the caller of a request reaches the firewall: itself, where it stands on the network of an
 * interface, or the router that config.xml names for its network.
 */
final class WayIn
{
    /** @var array|null interface and address of the router, for a caller from farther away */
    private readonly ?array $router;

    public function __construct(
        \SimpleXMLElement $root,
        public readonly string $caller,
        private readonly Interfaces $interfaces
    ) {
        $this->router = $interfaces->isNear($caller) ? null : $this->route($root);
    }

    /** Whether it can be told where the caller comes in; not so where the router's address comes from elsewhere. */
    public function isKnown(): bool
    {
        return ($this->router[0] ?? '') !== '' || $this->interfaces->isNear($this->caller)
            || str_starts_with($this->caller, '127.');
    }

    /** The address of the neighbour on this interface that has to stay reachable, or null. */
    public function neighbour(string $interface): ?string
    {
        $address = match (true) {
            $this->interfaces->reaches($interface, $this->caller) => $this->caller,
            ($this->router[0] ?? null) === $interface => $this->router[1],
            default => null,
        };
        return in_array($address, $this->interfaces->own($interface), true) ? null : $address;
    }

    /** The narrowest static route, else the default one, as far as it has a gateway with an address. */
    private function route(\SimpleXMLElement $root): ?array
    {
        $best = null;
        $bits = -1;
        foreach ($root->staticroutes?->route ?? [] as $route) {
            $parts = explode('/', (string)$route->network);
            $isOn = (string)$route->disabled !== '1' && (string)$route->enabled !== '0';
            if (!$isOn || !Address::isNetwork((string)$route->network) || (int)$parts[1] <= $bits) {
                continue;
            }
            if (Address::isInside($this->caller, $parts[0], (int)$parts[1])) {
                [$best, $bits] = [(string)$route->gateway, (int)$parts[1]];
            }
        }
        return $this->gateway($root, $best);
    }

    /** @param string|null $name null for the default gateway */
    private function gateway(\SimpleXMLElement $root, ?string $name): ?array
    {
        $found = null;
        $lowest = PHP_INT_MAX;
        foreach ($root->OPNsense?->Gateways?->gateway_item ?? [] as $item) {
            $fits = $name === null ? (string)$item->defaultgw === '1' : (string)$item->name === $name;
            $isOn = (string)$item->disabled !== '1' && Address::isValid((string)$item->gateway);
            $priority = (int)(string)$item->priority;
            if ($fits && $isOn && $priority < $lowest) {
                [$found, $lowest] = [[(string)$item->interface, (string)$item->gateway], $priority];
            }
        }
        return $found;
    }
}
