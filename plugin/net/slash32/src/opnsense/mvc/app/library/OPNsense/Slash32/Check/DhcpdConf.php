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
 * The dhcpd.conf that OPNsense would write for a config.xml, for `dhcpd -t`. OPNsense's own generator
 * (net/isc-dhcp, dhcpd.inc) stops the running dhcpd first and has no dry run, so this is another one with the same
 * result, but for name servers that OPNsense fills in by itself. The network of an interface that gets its own address by
 * DHCP is looked up in the running file.
 */
final class DhcpdConf
{
    private const HEAD = [
        'option ldap-server code 95 = text;',
        'option arch code 93 = unsigned integer 16; # RFC4578',
        'option pac-webui code 252 = text;',
    ];

    private const DEFAULTS = [
        'default-lease-time 7200;',
        'max-lease-time 86400;',
        'log-facility local7;',
        'one-lease-per-client true;',
        'deny duplicates;',
        'ping-check true;',
        'update-conflict-detection false;',
        'authoritative;',
    ];

    /**
     * @param string $running text of the running dhcpd.conf, or ''
     * @param array $includes file name => text of dhcpd.opnsense.d
     */
    public static function text(\SimpleXMLElement $root, string $running, array $includes): string
    {
        $sections = self::sections($root, $running);
        $globals = new ConfGlobals($root);
        $served = array_filter($sections, fn (ConfInterface $one) => $one->isServed());
        $lines = [sprintf('option domain-name "%s";', $root->system?->domain), ...self::HEAD];
        foreach ($sections as $section) {
            array_push($lines, ...$section->optionCodes());
        }
        array_push($lines, '', ...self::DEFAULTS);
        $text = implode("\n", $lines) . "\n\n";
        foreach ($root->dhcpd?->children() ?? [] as $id => $section) {
            $text .= isset($section->enable) ? $globals->failover((string)$id, new ConfFields($section)) : '';
        }
        $known = [];
        $updates = false;
        foreach ($served as $section) {
            $text .= $section->heading();
            $updates = $updates || $section->updatesDns();
            $text .= $section->text($known, $updates);
        }
        $text .= "\n# all interfaces\n" . self::omapi($served);
        if ($updates) {
            $text .= "\nddns-update-style interim;\nupdate-static-leases on;\n" . $globals->zones($served);
        }
        foreach ($includes as $name => $include) {
            $text .= sprintf("\n\n# including custom file %s\n%s", $name, $include);
        }
        return $text;
    }

    /** Whether a restart ends in a running dhcpd: some interface that is up has DHCP switched on. */
    public static function isExpected(\SimpleXMLElement $root): bool
    {
        foreach ($root->dhcpd?->children() ?? [] as $id => $section) {
            $interface = $root->interfaces?->$id;
            if (isset($section->enable) && isset($interface->enable) && trim((string)$interface->ipaddr) !== '') {
                return true;
            }
        }
        return false;
    }

    /** Whether a restart reads the settings at all; without this OPNsense only ends dhcpd. */
    public static function isRead(\SimpleXMLElement $root): bool
    {
        foreach ($root->dhcpd?->children() ?? [] as $id => $section) {
            if (isset($section->enable) && isset($root->interfaces->$id)) {
                return true;
            }
        }
        return false;
    }

    /** @return ConfInterface[] in the order of the file */
    private static function sections(\SimpleXMLElement $root, string $running): array
    {
        $sections = [];
        foreach ($root->dhcpd?->children() ?? [] as $id => $section) {
            $interface = $root->interfaces?->$id;
            $network = self::network($interface) ?? self::runningNetwork($interface, $section, $running);
            $sections[] = new ConfInterface((string)$id, $section, $interface, $network);
        }
        return $sections;
    }

    /** @return string[]|null network and mask of an interface with a static IPv4 address */
    private static function network(?\SimpleXMLElement $interface): ?array
    {
        $address = ip2long((string)$interface?->ipaddr);
        $bits = (string)$interface?->subnet;
        if ($address === false || !ctype_digit($bits) || (int)$bits > 32) {
            return null;
        }
        $mask = (0xffffffff << (32 - (int)$bits)) & 0xffffffff;
        return [long2ip($address & $mask), long2ip($mask)];
    }

    /** @return string[]|null the network in the running file that holds the interface's range */
    private static function runningNetwork(?\SimpleXMLElement $interface, \SimpleXMLElement $section, string $running): ?array
    {
        $first = ip2long(trim((string)$section->range?->from));
        if ($first === false || trim((string)$interface?->ipaddr) === '') {
            return null;
        }
        preg_match_all('/^subnet ([0-9.]+) netmask ([0-9.]+) \{/m', $running, $found, PREG_SET_ORDER);
        foreach ($found as [, $network, $mask]) {
            if (($first & (int)ip2long($mask)) === ip2long($network)) {
                return [$network, $mask];
            }
        }
        return null;
    }

    /**
     * OPNsense writes OMAPI for each interface until one has a key.
     * @param ConfInterface[] $served
     */
    private static function omapi(array $served): string
    {
        $text = '';
        foreach ($served as $section) {
            $text .= $section->omapi();
            if ($section->hasOmapiKey()) {
                break;
            }
        }
        return $text;
    }
}
