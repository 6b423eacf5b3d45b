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

/**
 * What the next start of DHCP does to static ARP, as OPNsense's `dhcpd_staticarp()` does it: each section of `<dhcpd>`
 * decides about the device of its interface, whether DHCP is on there or not; where DHCP is on nowhere, none is looked at.
 */
final class RestartEffects
{
    /**
     * @param array $running device => whether it is in static ARP mode, of the devices that are there
     * @param bool $started as if DHCP were on somewhere
     * @return array rows of interface, device, what (closes or opens) and served (whether DHCP is on there)
     */
    public static function find(\SimpleXMLElement $root, array $running, bool $started = false): array
    {
        if (!$started && !DhcpdConf::isRead($root)) {
            return [];
        }
        $found = [];
        foreach ($root->dhcpd?->children() ?? [] as $id => $section) {
            $one = $root->interfaces->$id;
            $device = trim((string)$one?->if);
            $isWanted = isset($section->staticarp);
            if (!isset($one->enable) || !isset($running[$device]) || $running[$device] === $isWanted) {
                continue;
            }
            $found[] = [
                'interface' => (string)$id,
                'device' => $device,
                'what' => $isWanted ? 'closes' : 'opens',
                'served' => isset($section->enable),
            ];
        }
        return $found;
    }

    /** @return string[] ids of the interfaces that it closes */
    public static function closing(\SimpleXMLElement $root, array $running): array
    {
        $closing = array_filter(self::find($root, $running), fn (array $one) => $one['what'] === 'closes');
        return array_column($closing, 'interface');
    }

    /** @return array rows of address and mac: who has a fixed ARP entry on an interface in static ARP mode */
    public static function answered(\SimpleXMLElement $root, string $id): array
    {
        $section = $root->dhcpd?->$id;
        $value = trim((string)$section?->staticarp);
        $found = [];
        // in its dark form OPNsense adds no entries
        foreach ($value === '' || $value === '0' ? [] : $section->staticmap as $map) {
            $mac = strtolower(trim((string)$map->mac));
            $address = trim((string)$map->ipaddr);
            if ($mac !== '' && $address !== '') {
                $found[] = ['address' => $address, 'mac' => $mac];
            }
        }
        return $found;
    }
}
