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

/**
 * Hostnames that stand for somebody on this firewall and that `state/get` does not show otherwise: its own name, host overrides
 * of Unbound and Dnsmasq in a domain of DHCP clients, and reservations on interfaces out of scope.
 */
final class StandingNames
{
    /** @return array of name and holder, for people */
    public static function find(\SimpleXMLElement $root, array $scope): array
    {
        return [
            ['name' => (string)$root->system?->hostname, 'holder' => 'the firewall itself'],
            ...self::overrides($root),
            ...self::reservations($root, $scope),
        ];
    }

    private static function overrides(\SimpleXMLElement $root): array
    {
        $found = [];
        $unbound = $root->OPNsense?->unboundplus;
        $hosts = [];
        foreach ($unbound?->hosts?->host ?? [] as $host) {
            if ((string)$host->enabled !== '0') {
                $hosts[(string)$host['uuid']] = $host;
                $found[] = [trim((string)$host->hostname), trim((string)$host->domain), (string)$host->server, 'Unbound'];
            }
        }
        foreach ($unbound?->aliases?->alias ?? [] as $alias) {
            $host = $hosts[trim((string)$alias->host)] ?? null;
            if ((string)$alias->enabled !== '0' && $host !== null) {
                $domain = trim((string)$alias->domain) ?: trim((string)$host->domain);
                $found[] = [trim((string)$alias->hostname), $domain, (string)$host->server, 'Unbound'];
            }
        }
        foreach ($root->dnsmasq?->hosts ?? [] as $host) {
            $address = (string)$host->ip;
            $found[] = [trim((string)$host->host), trim((string)$host->domain), $address, 'Dnsmasq'];
            foreach (explode(',', $host->cnames . ',' . $host->aliases) as $full) {
                [$name, $domain] = explode('.', trim($full), 2) + ['', ''];
                $found[] = [$name, $domain, $address, 'Dnsmasq'];
            }
        }
        $domains = self::domains($root);
        $answered = array_filter(
            $found,
            fn (array $one) => !in_array($one[0], ['', '*'], true) &&
                ($one[1] === '' || in_array(strtolower($one[1]), $domains, true))
        );
        return array_values(array_map(fn (array $one) => [
            'name' => $one[0],
            'holder' => sprintf('%s (host override of %s)', trim($one[2]) ?: 'somebody', $one[3]),
        ], $answered));
    }

    private static function reservations(\SimpleXMLElement $root, array $scope): array
    {
        $found = [];
        foreach ($root->dhcpd?->children() ?? [] as $id => $section) {
            foreach (in_array($id, $scope, true) ? [] : $section->staticmap ?? [] as $map) {
                if (trim((string)$map->hostname) !== '') {
                    $address = trim((string)$map->ipaddr) ?: 'no address';
                    $found[] = ['name' => trim((string)$map->hostname), 'holder' => sprintf('%s on %s', $address, $id)];
                }
            }
        }
        return $found;
    }

    /** @return string[] domains in which DHCP clients are registered */
    private static function domains(\SimpleXMLElement $root): array
    {
        $domains = [$root->system?->domain, $root->OPNsense?->unboundplus?->general?->regdhcpdomain];
        foreach ($root->dhcpd?->children() ?? [] as $section) {
            $domains[] = $section->domain;
        }
        return array_filter(array_map(fn ($domain) => strtolower(trim((string)$domain)), $domains));
    }
}
