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

use OPNsense\Core\Backend;

/**
 * What runs on the firewall now, as configd tells it: devices, ARP, leases, dhcpd's files. What cannot be read is
 * empty, never an error: the checks then have less to go by, and say so themselves where it matters.
 */
final class Runtime
{
    public function __construct(private readonly Paths $paths, private readonly Backend $backend)
    {
    }

    /** @return array device name => macaddr, ipv4 (ipaddr, subnetbits, vhid) and carp (vhid => status) */
    public function devices(): array
    {
        return $this->ask('interface list ifconfig');
    }

    /** @return array device => whether it is in static ARP mode now, of those that tell their flags */
    public function staticArp(): array
    {
        return self::staticArpOf($this->devices());
    }

    /** @param array $devices as devices() answers */
    public static function staticArpOf(array $devices): array
    {
        $telling = array_filter($devices, fn (array $one) => is_array($one['flags'] ?? null));
        return array_map(fn (array $one) => in_array('staticarp', $one['flags'], true), $telling);
    }

    /**
     * @return array rows with ip, mac, intf and permanent. Not the half minute old copy that configd keeps, but on
     * OPNsense 25.7, whose configd does not know how to be asked for anything else.
     */
    public function arp(): array
    {
        return $this->answer('!interface list arp json') ?? $this->ask('interface list arp json');
    }

    /** @return array rows of dhcpd's lease file that have not ended */
    public function leases(): array
    {
        return $this->ask('dhcpd list leases 0');
    }

    /** The dhcpd.conf that dhcpd runs with, or '' when there is none. */
    public function dhcpdConf(): string
    {
        return (string)@file_get_contents($this->paths->dhcpdConf());
    }

    /** @return array file name => text */
    public function dhcpdIncludes(): array
    {
        $texts = [];
        foreach (glob($this->paths->dhcpdIncludes() . '/*.conf') ?: [] as $file) {
            $texts[basename($file)] = (string)@file_get_contents($file);
        }
        return $texts;
    }

    private function ask(string $command): array
    {
        return $this->answer($command) ?? [];
    }

    private function answer(string $command): ?array
    {
        $answer = json_decode((string)$this->backend->configdRun($command), true);
        return is_array($answer) ? $answer : null;
    }
}
