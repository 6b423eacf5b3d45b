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

/**
 * Leases and ARP entries of the interfaces in scope, and of no others.
 */
final class Neighbourhood
{
    /** @var array id => [network, mask] as integers */
    private array $networks = [];
    /** @var array device => id */
    private array $devices = [];

    /**
     * @param array $interfaces rows with id, device, ipaddr and subnet
     * @param string[] $scope ids
     */
    public function __construct(array $interfaces, array $scope)
    {
        foreach ($interfaces as $one) {
            if (!in_array($one['id'], $scope, true)) {
                continue;
            }
            $this->devices[$one['device']] = $one['id'];
            $address = ip2long((string)$one['ipaddr']);
            if ($address !== false) {
                $mask = (0xffffffff << (32 - (int)$one['subnet'])) & 0xffffffff;
                $this->networks[$one['id']] = [$address & $mask, $mask];
            }
        }
    }

    /** @param array $rows as configd's `dhcpd list leases` answers */
    public function leases(array $rows): array
    {
        $leases = [];
        foreach ($rows as $row) {
            $interface = $this->interfaceOf((string)($row['address'] ?? ''));
            if ($interface === null || ($row['binding'] ?? 'active') !== 'active') {
                continue;
            }
            $leases[] = [
                'interface' => $interface,
                'address' => (string)$row['address'],
                'mac' => strtolower((string)($row['hardware']['mac-address'] ?? '')),
                'hostname' => (string)($row['client-hostname'] ?? ''),
            ];
        }
        return $leases;
    }

    /** @param array $rows as configd's `interface list arp json` answers */
    public function neighbours(array $rows): array
    {
        $neighbours = [];
        foreach ($rows as $row) {
            $interface = $this->devices[$row['intf'] ?? ''] ?? null;
            if ($interface === null || ($row['expired'] ?? false) === true) {
                continue;
            }
            $neighbours[] = [
                'interface' => $interface,
                'address' => (string)$row['ip'],
                'mac' => strtolower((string)$row['mac']),
                'permanent' => (bool)($row['permanent'] ?? false),
            ];
        }
        return $neighbours;
    }

    private function interfaceOf(string $address): ?string
    {
        $number = ip2long($address);
        foreach ($number === false ? [] : $this->networks as $id => [$network, $mask]) {
            if (($number & $mask) === $network) {
                return (string)$id;
            }
        }
        return null;
    }
}
