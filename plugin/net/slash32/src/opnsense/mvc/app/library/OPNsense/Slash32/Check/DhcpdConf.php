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
 * result. What it cannot know from config.xml alone (name servers that OPNsense fills in by itself, failover peers) is
 * taken from the running file where it is there.
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
        $sections = self::sections($root);
        $served = array_filter($sections, fn (ConfInterface $one) => $one->isServed());
        $lines = [sprintf('option domain-name "%s";', $root->system?->domain), ...self::HEAD];
        foreach ($sections as $section) {
            array_push($lines, ...$section->optionCodes());
        }
        array_push($lines, '', ...self::DEFAULTS);
        $text = implode("\n", $lines) . "\n\n" . self::failoverPeers($running);
        $known = [];
        $updates = false;
        foreach ($served as $section) {
            $updates = $updates || $section->updatesDns();
            $text .= $section->text($known, $updates);
        }
        $text .= self::extras($served);
        if ($updates) {
            $text .= "\nddns-update-style interim;\nupdate-static-leases on;\n" . self::zones($running);
        }
        foreach ($includes as $name => $include) {
            $text .= sprintf("\n\n# including custom file %s\n%s", $name, $include);
        }
        return $text;
    }

    /** Whether OPNsense would run dhcpd at all: some assigned interface has DHCP switched on. */
    public static function isExpected(\SimpleXMLElement $root): bool
    {
        foreach ($root->dhcpd?->children() ?? [] as $id => $section) {
            if (isset($section->enable) && isset($root->interfaces->$id)) {
                return true;
            }
        }
        return false;
    }

    /** @return ConfInterface[] in the order of the file */
    private static function sections(\SimpleXMLElement $root): array
    {
        $sections = [];
        foreach ($root->dhcpd?->children() ?? [] as $id => $section) {
            $sections[] = new ConfInterface((string)$id, $section, $root->interfaces?->$id);
        }
        return $sections;
    }

    /** OPNsense builds them from CARP settings; a change of ours never touches those, so the running ones still hold. */
    private static function failoverPeers(string $running): string
    {
        preg_match_all('/^failover peer "[^"]+" \{.*?^\}\n/ms', $running, $found);
        return implode("\n", $found[0]);
    }

    /** Keys and zones of dynamic DNS, likewise. */
    private static function zones(string $running): string
    {
        preg_match_all('/^(?:key (?!omapi_key)|zone )\S+ \{.*?^\}\n/ms', $running, $found);
        return implode("\n", $found[0]);
    }

    /** @param ConfInterface[] $served */
    private static function extras(array $served): string
    {
        foreach ($served as $section) {
            if ($section->omapi() !== '') {
                return $section->omapi();
            }
        }
        return '';
    }
}
