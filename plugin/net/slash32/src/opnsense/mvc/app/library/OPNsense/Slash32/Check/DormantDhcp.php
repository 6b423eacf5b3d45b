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
 * Where dhcpd serves something else than config.xml says, since somebody saved and did not apply, or since dhcpd does not
 * run. The next restart, whoever needs it, puts that in force.
 */
final class DormantDhcp
{
    /**
     * @param string $running text of the dhcpd.conf that dhcpd runs with, '' while it does not run
     * @return array rows of interface, what (starts, stops or ranges) and served (whether DHCP is on there)
     */
    public static function find(\SimpleXMLElement $root, string $running): array
    {
        $serving = self::serving($running);
        $found = [];
        foreach ($root->interfaces?->children() ?? [] as $id => $one) {
            $network = self::network($one);
            if ($network === null) {
                continue;
            }
            $section = $root->dhcpd?->$id;
            $isOn = isset($section->enable) && isset($one->enable);
            $now = $serving[$network] ?? null;
            $what = match (true) {
                $isOn && $now === null => 'starts',
                !$isOn && $now !== null => 'stops',
                $isOn && $now !== self::ranges($section) => 'ranges',
                default => null,
            };
            if ($what !== null) {
                $found[] = ['interface' => (string)$id, 'what' => $what, 'served' => $isOn];
            }
        }
        return $found;
    }

    /** @return array network and mask => sorted ranges, of each subnet of a dhcpd.conf */
    private static function serving(string $conf): array
    {
        $found = [];
        $network = null;
        foreach (explode("\n", $conf) as $line) {
            if (preg_match('/^subnet (\S+) netmask (\S+) \{/', $line, $part)) {
                $network = $part[1] . ' ' . $part[2];
                $found[$network] = [];
            } elseif (preg_match('/^\}/', $line)) {
                $network = null;
            } elseif ($network !== null && preg_match('/^\s*range\s+(\S*)\s+(\S*);/', $line, $part)) {
                $found[$network][] = $part[1] . ' ' . $part[2];
            }
        }
        return array_map(self::sorted(...), $found);
    }

    private static function network(\SimpleXMLElement $one): ?string
    {
        $bits = (string)$one->subnet;
        if (!Address::isValid((string)$one->ipaddr) || !ctype_digit($bits) || (int)$bits > 32) {
            return null;
        }
        $mask = (0xffffffff << (32 - (int)$bits)) & 0xffffffff;
        return long2ip(ip2long((string)$one->ipaddr) & $mask) . ' ' . long2ip($mask);
    }

    /** @return string[] */
    private static function ranges(\SimpleXMLElement $section): array
    {
        $ranges = [];
        foreach ([$section, ...iterator_to_array($section->pool, false)] as $pool) {
            if (isset($pool->range->from) || isset($pool->range->to)) {
                $ranges[] = $pool->range->from . ' ' . $pool->range->to;
            }
        }
        return self::sorted($ranges);
    }

    private static function sorted(array $ranges): array
    {
        sort($ranges);
        return $ranges;
    }
}
