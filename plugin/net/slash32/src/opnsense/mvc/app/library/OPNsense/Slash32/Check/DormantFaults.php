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
 * Entries that OPNsense's DHCP generator trips over: a restart would stop DHCP on every interface, since the old dhcpd is
 * ended first. Only shapes are looked at here; what a value does, `dhcpd -t` says.
 */
final class DormantFaults
{
    /** Tags that OPNsense reads as one text; twice, they become a list that its PHP cannot print. */
    private const SINGLE = [
        'mac_allow', 'mac_deny', 'gateway', 'domain', 'domainsearchlist', 'defaultleasetime', 'maxleasetime', 'minsecs', 'tftp',
        'bootfilename', 'ldap', 'interface_mtu', 'nextserver', 'filename', 'rootpath', 'ddnsdomain', 'ddnsdomainprimary',
        'ddnsdomainkeyname', 'ddnsdomainkey', 'ddnsdomainalgorithm', 'filename32', 'filename64', 'filename32arm', 'filename64arm',
        'filenameipxe', 'omapiport', 'omapialgorithm', 'omapikey',
    ];
    /** Read for every interface with DHCP on, whether it is up or not. */
    private const FAILOVER = ['failover_peerip', 'failover_split'];
    private const SINGLE_MAP = [
        'mac', 'cid', 'ipaddr', 'hostname', 'gateway', 'domain', 'domainsearchlist', 'defaultleasetime', 'maxleasetime', 'tftp',
        'bootfilename', 'filename', 'rootpath', 'ddnsdomain',
    ];

    private const SINGLE_ITEM = ['number', 'type', 'value'];
    /** Those that may stand there several times, each with one text. */
    private const LISTS = ['dnsserver', 'winsserver', 'ntpserver'];

    private array $found = [];

    /**
     * @param string[]|null $only ids of the interfaces to look at; null for all
     * @return array [['interface', 'object', 'message'], …]
     */
    public static function find(\SimpleXMLElement $root, ?array $only = null): array
    {
        $faults = new self();
        if ($root->dhcpd->count() > 1) {
            $faults->add('dhcpd', 'dhcpd', 'The section stands in config.xml twice.');
        }
        $seen = [];
        foreach ($root->dhcpd?->children() ?? [] as $id => $section) {
            $id = (string)$id;
            if ($only !== null && !in_array($id, $only, true)) {
                continue;
            }
            if (isset($seen[$id])) {
                $faults->add($id, $id, 'Its settings stand there twice, so OPNsense serves none of them.');
                continue;
            }
            $seen[$id] = true;
            $faults->checkOptions($id, $section);
            if (isset($section->enable)) {
                $faults->checkSingle($id, '', $section, self::FAILOVER);
            }
            $interface = $root->interfaces?->$id;
            if (isset($interface->enable)) {
                $faults->checkInterface($id, $section, trim((string)$interface->ipaddr) !== '');
            }
        }
        return DhcpdConf::isRead($root) ? $faults->found : [];
    }

    /** OPNsense defines the options of disabled interfaces, too. */
    private function checkOptions(string $id, \SimpleXMLElement $section): void
    {
        $options = $section->numberoptions;
        foreach ($options->count() === 1 ? ConfFields::listed($options[0], 'item') : [] as $index => $item) {
            if ($item->count() === 0) {
                $this->add($id, sprintf('option %d', $index + 1), 'It has no fields, and OPNsense fails at it.');
            }
            $this->checkSingle($id, sprintf('option %d: ', $index + 1), $item, self::SINGLE_ITEM);
        }
    }

    private function checkInterface(string $id, \SimpleXMLElement $section, bool $hasAddress): void
    {
        $arp = trim((string)$section->staticarp);
        if (isset($section->staticarp) && ($arp === '' || $arp === '0')) {
            $message = 'Static ARP is on in a form for which OPNsense adds no entries: the interface would go dark.';
            $this->add($id, 'staticarp', $message);
        }
        if (!isset($section->enable) || !$hasAddress) {
            return;
        }
        $this->checkRange($id, 'range', $section);
        $this->checkSingle($id, '', $section, self::SINGLE);
        foreach (ConfFields::listed($section, 'pool') as $index => $pool) {
            $this->checkRange($id, sprintf('pool %d: range', $index + 1), $pool);
            $this->checkSingle($id, sprintf('pool %d: ', $index + 1), $pool, [...self::SINGLE, ...self::FAILOVER]);
        }
        foreach (ConfFields::listed($section, 'staticmap') as $index => $map) {
            $this->checkSingle($id, sprintf('reservation %d: ', $index + 1), $map, self::SINGLE_MAP);
        }
    }

    private function checkRange(string $id, string $object, \SimpleXMLElement $pool): void
    {
        $count = $pool->range->count();
        if ($count !== 1) {
            $missing = 'There is no dynamic range, and dhcpd refuses its file.';
            $this->add($id, $object, $count === 0 ? $missing : 'It stands there twice.');
            return;
        }
        if (trim($pool->range->from . $pool->range->to) === '') {
            $this->add($id, $object, 'It is empty, and OPNsense fails or dhcpd refuses its file.');
        }
    }

    private function checkSingle(string $id, string $prefix, \SimpleXMLElement $node, array $names): void
    {
        $seen = [];
        foreach ($node->children() as $name => $child) {
            $name = (string)$name;
            $isList = $names !== self::FAILOVER && in_array($name, self::LISTS, true);
            if (!$isList && !in_array($name, $names, true)) {
                continue;
            }
            if (!$isList && isset($seen[$name])) {
                $this->add($id, $prefix . $name, 'The tag stands there twice, and OPNsense cannot print it.');
            } elseif ($child->count() > 0) {
                $this->add($id, $prefix . $name, 'There are tags inside, and OPNsense cannot print it.');
            }
            $seen[$name] = true;
        }
    }

    private function add(string $interface, string $object, string $message): void
    {
        $this->found[] = ['interface' => $interface, 'object' => $object, 'message' => $message];
    }
}
