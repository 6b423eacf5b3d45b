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
 * The parts of dhcpd.conf that stand outside the subnets: failover peers, keys and zones of dynamic DNS.
 */
final class ConfGlobals
{
    public function __construct(private readonly \SimpleXMLElement $root)
    {
    }

    /** The peer of an interface, '' when it has none. */
    public function failover(string $id, ConfFields $section): string
    {
        $peer = $section->of('failover_peerip');
        $address = (string)$this->root->interfaces?->$id?->ipaddr;
        if ($peer === '' || !Address::isValid($address)) {
            return '';
        }
        $isPrimary = $this->isPrimary($id, $peer);
        $split = $section->raw('failover_split') ?? '128';
        return sprintf(
            "failover peer \"dhcp_%s\" {\n  %s;\n  address %s;\n  port %d;\n  peer address %s;\n  peer port %d;\n"
            . "  max-response-delay 10;\n  max-unacked-updates 10;\n%s  load balance max seconds 3;\n}\n\n",
            $id,
            $isPrimary ? 'primary' : 'secondary',
            $address,
            $isPrimary ? 519 : 520,
            $peer,
            $isPrimary ? 520 : 519,
            $isPrimary ? sprintf("  split %s;\n  mclt 600;\n", $split) : ''
        );
    }

    /**
     * Keys and zones of dynamic DNS, each once.
     * @param ConfInterface[] $served
     */
    public function zones(array $served): string
    {
        $text = '';
        $seen = [];
        foreach ($served as $interface) {
            foreach ($interface->pools() as $index => $pool) {
                $domains = $pool->has('ddnsupdate') ? $this->domains($interface, $pool, $index === 0) : [];
                foreach (array_diff(array_filter($domains), array_keys($seen)) as $domain) {
                    $seen[$domain] = true;
                    $text .= $this->zone($domain, $pool, $seen);
                }
            }
        }
        return $text;
    }

    /** @return string[] the zones that an interface or one of its pools keeps up to date */
    private function domains(ConfInterface $interface, ConfFields $pool, bool $isInterface): array
    {
        $own = $pool->of('ddnsdomain');
        if (!$isInterface) {
            return $own === $interface->pools()[0]->of('ddnsdomain') ? [] : [$own];
        }
        if (!Address::isValid($pool->of('ddnsdomainprimary'))) {
            return [];
        }
        [$network, $mask] = $interface->network();
        $octets = array_reverse(explode('.', $network));
        $bare = count(array_keys(explode('.', $mask), '0', true));
        $reverse = implode('.', array_slice($octets, $bare)) . '.in-addr.arpa';
        return [$own === '' ? (string)$this->root->system?->domain : $own, $reverse];
    }

    private function zone(string $domain, ConfFields $pool, array &$seen): string
    {
        $key = $pool->of('ddnsdomainkeyname');
        $secret = $pool->of('ddnsdomainkey');
        $text = '';
        if ($key !== '' && $secret !== '' && !isset($seen['key ' . $key])) {
            $seen['key ' . $key] = true;
            $text = sprintf(
                "\nkey %s {\n  algorithm %s;\n  secret %s;\n}\n",
                $key,
                $pool->of('ddnsdomainalgorithm') ?: 'hmac-md5',
                $secret
            );
        }
        $use = $key !== '' && $secret !== '' ? sprintf("  key %s;\n", $key) : '';
        return $text . sprintf("zone %s. {\n  primary %s;\n%s}\n", $domain, $pool->of('ddnsdomainprimary'), $use);
    }

    private function isPrimary(string $id, string $peer): bool
    {
        foreach ($this->root->virtualip?->vip ?? [] as $vip) {
            $bits = (int)(string)$vip->subnet_bits;
            if ((string)$vip->interface === $id && Address::isInside($peer, (string)$vip->subnet, $bits)) {
                return is_numeric((string)$vip->advskew) && (int)(string)$vip->advskew < 20;
            }
        }
        return false;
    }
}
