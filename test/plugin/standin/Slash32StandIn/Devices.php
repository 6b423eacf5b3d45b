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

namespace Slash32StandIn;

use OPNsense\Core\Config;

/**
 * What ifconfig would tell of a firewall with this config.xml: one device per interface, with a MAC made from its
 * place, its addresses, and each CARP group as master.
 */
final class Devices
{
    public static function fromConfig(): array
    {
        $root = Config::getInstance()->object();
        $devices = [];
        $number = 0;
        foreach ($root->interfaces->children() as $id => $interface) {
            $name = (string)$interface->if;
            $devices[$name] = [
                'macaddr' => sprintf('00:16:3e:0a:00:%02x', $number++),
                'flags' => ['up', 'running', ...(in_array($name, StaticArp::devices(), true) ? ['staticarp'] : [])],
                'ipv4' => self::addresses($interface),
                'carp' => [],
            ];
            foreach ($root->virtualip?->vip ?? [] as $vip) {
                if ((string)$vip->interface === (string)$id && (string)$vip->mode === 'carp') {
                    $family = str_contains((string)$vip->subnet, ':') ? 'ipv6' : 'ipv4';
                    $devices[$name][$family][] = [
                        'ipaddr' => (string)$vip->subnet,
                        'subnetbits' => (int)$vip->subnet_bits,
                        'vhid' => (string)$vip->vhid,
                    ];
                    $devices[$name]['carp'][(string)$vip->vhid] = ['status' => self::status($vip), 'vhid' => (string)$vip->vhid];
                }
            }
        }
        return $devices;
    }

    /** Master, unless the file `carp.json` says something else of the group, or of all as "*". */
    private static function status(\SimpleXMLElement $vip): string
    {
        $set = json_decode((string)@file_get_contents(SLASH32_PREFIX . '/carp.json'), true) ?? [];
        return $set[(string)$vip->vhid] ?? $set['*'] ?? 'MASTER';
    }

    private static function addresses(\SimpleXMLElement $interface): array
    {
        $address = (string)$interface->ipaddr;
        if (filter_var($address, FILTER_VALIDATE_IP, FILTER_FLAG_IPV4) === false) {
            return [];
        }
        return [['ipaddr' => $address, 'subnetbits' => (int)$interface->subnet]];
    }
}
