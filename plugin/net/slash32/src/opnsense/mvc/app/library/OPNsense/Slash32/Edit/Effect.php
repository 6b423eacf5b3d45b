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

namespace OPNsense\Slash32\Edit;

use OPNsense\Slash32\Check\Interfaces;
use OPNsense\Slash32\Request\Address;

/**
 * What follows from a list of changes: counts for people, services to reload.
 */
final class Effect
{
    public function __construct(private readonly array $changes, private readonly \SimpleXMLElement $root)
    {
    }

    public function counts(): array
    {
        $counts = [
            'reservations' => ['created' => 0, 'updated' => 0, 'deleted' => 0, 'adopted' => 0, 'released' => 0],
            'settings' => 0,
            'aliases' => 0,
            'rules' => 0,
            'redirects' => 0,
        ];
        foreach ($this->changes as $change) {
            match ($change['kind']) {
                'reservation' => $counts['reservations'][$change['action']]++,
                'setting' => $counts['settings']++,
                'alias' => $counts['aliases']++,
                'rule' => $counts['rules']++,
                'redirect' => $counts['redirects']++,
                default => null,
            };
        }
        return $counts;
    }

    /** Whether dhcpd or the ARP table have to learn of it: a description alone concerns nobody. */
    public function touchesDhcp(): bool
    {
        foreach ($this->changes as $change) {
            if ($change['kind'] === 'setting' || ($change['kind'] === 'reservation' && !($change['quiet'] ?? false))) {
                return true;
            }
        }
        return false;
    }

    /** @return string[] in the order of reloading */
    public function reload(): array
    {
        $kinds = array_column($this->changes, 'kind');
        $reload = in_array('alias', $kinds, true) ? ['aliases'] : [];
        if (array_intersect(['rule', 'redirect'], $kinds) !== [] || $this->switchesDhcp() || $this->changesPorts()) {
            $reload[] = 'filter';
        }
        if (!$this->touchesDhcp()) {
            return $reload;
        }
        if ($this->registersNames()) {
            $reload[] = 'dns';
        }
        return [...$reload, 'dhcpd', 'neighbours'];
    }

    /** Every reservation of these interfaces that dhcpd must know, where DHCP is on. */
    public static function expected(\SimpleXMLElement $root, array $interfaces): array
    {
        $expected = [];
        $networks = new Interfaces($root);
        foreach (array_unique($interfaces) as $id) {
            $section = $root->dhcpd?->$id;
            if (!isset($section->enable) || !isset($root->interfaces->$id->enable) || !$networks->hasNetwork($id)) {
                continue;
            }
            foreach ($section->staticmap as $map) {
                $mac = strtolower(trim((string)$map->mac));
                $ipaddr = trim((string)$map->ipaddr);
                // what is no plain address stands there in other words, if at all
                if (preg_match('/^[0-9a-f]{1,2}(:[0-9a-f]{1,2}){5}$/D', $mac) && Address::isValid($ipaddr)) {
                    $expected[] = ['mac' => $mac, 'ipaddr' => $ipaddr];
                }
            }
        }
        return $expected;
    }

    /** OPNsense's automatic rules let DHCP in where it is switched on. */
    private function switchesDhcp(): bool
    {
        foreach ($this->changes as $change) {
            if ($change['kind'] === 'setting' && $change['setting'] === 'enabled') {
                return true;
            }
        }
        return false;
    }

    /** pf keeps addresses in tables that are filled anew, but ports stand in the rules themselves. */
    private function changesPorts(): bool
    {
        foreach ($this->changes as $change) {
            if ($change['kind'] !== 'alias') {
                continue;
            }
            $types = array_map(
                fn (string $source) => Xml::text(Xml::import(new \DOMDocument(), $source), 'type'),
                array_filter([$change['before'], $change['after']], fn (?string $source) => $source !== null)
            );
            if (in_array('port', $types, true) || count(array_unique($types)) > 1) {
                return true;
            }
        }
        return false;
    }

    private function registersNames(): bool
    {
        $unbound = $this->root->OPNsense?->unboundplus?->general;
        $dnsmasq = $this->root->dnsmasq;
        return ((string)$unbound?->enabled === '1' && (string)$unbound?->regdhcpstatic === '1')
            || ((string)$dnsmasq?->enable === '1' && (string)$dnsmasq?->regdhcpstatic === '1');
    }
}
