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

namespace OPNsense\Slash32\Engine;

use OPNsense\Slash32\Edit\Context;
use OPNsense\Slash32\Pair\Role;

/**
 * Collects what the checks need to know about the firewall besides config.xml. Asking configd takes time, so collect
 * before taking OPNsense's lock.
 */
final class Surroundings
{
    private array $arp = [];
    private array $devices = [];
    private array $staticArp = [];
    private array $ownMacs = [];

    public function __construct(private readonly Runtime $runtime)
    {
    }

    public function collect(): void
    {
        $this->arp = [];
        foreach ($this->runtime->arp() as $row) {
            if (isset($row['ip'], $row['mac'])) {
                $this->arp[(string)$row['ip']] = strtolower((string)$row['mac']);
            }
        }
        $devices = $this->runtime->devices();
        $this->staticArp = Runtime::staticArpOf($devices);
        $this->ownMacs = array_map(fn (array $one) => strtolower((string)($one['macaddr'] ?? '')), array_values($devices));
        $this->devices = $devices;
    }

    public function context(\SimpleXMLElement $root, ?string $caller): Context
    {
        return new Context(
            scope: Settings::scope($root),
            caller: self::plain($caller),
            arp: $this->arp,
            carp: Role::addresses($root, $this->devices),
            runningConf: $this->runtime->dhcpdConf(),
            includes: $this->runtime->dhcpdIncludes(),
            models: FirewallModels::standard(),
            maxConfirmSeconds: Settings::maxConfirmSeconds($root),
            staticArp: $this->staticArp,
            publishes: Settings::publishes($root),
            ownMacs: $this->ownMacs
        );
    }

    /** IPv4 in its own form also where it came by way of IPv6. */
    private static function plain(?string $address): ?string
    {
        $plain = (string)preg_replace('/^::ffff:(?=[0-9.]+\z)/i', '', (string)$address);
        return $plain === '' ? null : $plain;
    }
}
