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

use OPNsense\Slash32\Check\DormantFaults;
use OPNsense\Slash32\Check\Interfaces;
use OPNsense\Slash32\Request\Address;
use OPNsense\Slash32\Request\Marker;

/**
 * What `state/get` and the GUI tell of config.xml.
 */
final class Reader
{
    private const SECRETS = ['ddnsdomainkey', 'omapikey'];

    /** `<dhcpd>` with the interfaces in scope, as text, with keys blanked. */
    public static function dhcpd(\SimpleXMLElement $root, array $scope): string
    {
        $document = new \DOMDocument();
        $dhcpd = $document->appendChild($document->createElement('dhcpd'));
        $section = Xml::child(Xml::dom($root), 'dhcpd');
        foreach ($section === null ? [] : Xml::children($section) as $node) {
            if (in_array($node->nodeName, $scope, true)) {
                $dhcpd->appendChild($document->importNode($node, true));
            }
        }
        foreach (self::SECRETS as $name) {
            foreach ($document->getElementsByTagName($name) as $node) {
                $node->nodeValue = trim($node->textContent) === '' ? '' : '(hidden)';
            }
        }
        return $document->saveXML($dhcpd);
    }

    /** What a restart of DHCP would trip over on these interfaces. */
    public static function faults(\SimpleXMLElement $root, array $interfaces): array
    {
        return DormantFaults::find($root, $interfaces);
    }

    /** Every assigned interface, as far as config.xml tells. */
    public static function interfaces(\SimpleXMLElement $root): array
    {
        $vips = [];
        foreach ($root->virtualip?->vip ?? [] as $vip) {
            if (Address::isValid((string)$vip->subnet)) {
                $mode = (string)$vip->mode;
                $vips[(string)$vip->interface][] = [
                    'address' => (string)$vip->subnet,
                    'mode' => in_array($mode, ['carp', 'ipalias'], true) ? $mode : 'other',
                    'status' => '',
                ];
            }
        }
        $found = [];
        foreach ($root->interfaces?->children() ?? [] as $id => $one) {
            $found[] = [
                'id' => (string)$id,
                'descr' => (string)$one->descr ?: strtoupper((string)$id),
                'device' => (string)$one->if,
                'mac' => '',
                'enabled' => isset($one->enable),
                'ipaddr' => Address::isValid((string)$one->ipaddr) ? (string)$one->ipaddr : '',
                'subnet' => Address::isValid((string)$one->ipaddr) ? (int)$one->subnet : 0,
                'vips' => $vips[(string)$id] ?? [],
            ];
        }
        return $found;
    }

    /** The aliases of every slash32 owner. */
    public static function aliases(\SimpleXMLElement $root): array
    {
        $found = [];
        foreach (FirewallEdit::nodes(Xml::dom($root), 'alias') as $node) {
            $descr = Xml::text($node, 'description');
            if (Marker::isThere($descr)) {
                $content = Xml::text($node, 'content');
                $found[] = [
                    'owner' => Marker::owner($descr),
                    'name' => Xml::text($node, 'name'),
                    'type' => Xml::text($node, 'type'),
                    'content' => $content === '' ? [] : preg_split('/\s+/', $content),
                    'descr' => $descr,
                ];
            }
        }
        return $found;
    }

    /** The rules of every slash32 owner. */
    public static function rules(\SimpleXMLElement $root): array
    {
        $found = [];
        foreach (FirewallEdit::nodes(Xml::dom($root), 'rule') as $node) {
            $descr = Xml::text($node, 'description');
            if (!Marker::isThere($descr)) {
                continue;
            }
            $rule = ['owner' => Marker::owner($descr), 'uuid' => $node->getAttribute('uuid'), 'descr' => $descr];
            $texts = [
                'interface', 'action', 'direction', 'ipprotocol', 'protocol', 'source_net', 'source_port', 'destination_net',
                'destination_port', 'icmptype',
            ];
            foreach ($texts as $field) {
                $rule[$field] = Xml::text($node, $field);
            }
            foreach (['source_not', 'destination_not', 'log', 'quick', 'enabled'] as $field) {
                $rule[$field] = Xml::text($node, $field) === '1';
            }
            $found[] = $rule + ['sequence' => (int)Xml::text($node, 'sequence')];
        }
        return $found;
    }

    /** The destination NATs of every slash32 owner. */
    public static function redirects(\SimpleXMLElement $root): array
    {
        $found = [];
        foreach (FirewallEdit::nodes(Xml::dom($root), 'redirect') as $node) {
            $descr = Xml::text($node, 'descr');
            if (Marker::isThere($descr)) {
                $found[] = [
                    'owner' => Marker::owner($descr),
                    'uuid' => $node->getAttribute('uuid'),
                    'descr' => $descr,
                    'interface' => Xml::text($node, 'interface'),
                    'protocol' => Xml::text($node, 'protocol'),
                    'destination_net' => Xml::textAt($node, 'destination.network'),
                    'destination_port' => Xml::textAt($node, 'destination.port'),
                    'target' => Xml::text($node, 'target'),
                    'local_port' => (int)Xml::text($node, 'local-port'),
                    'log' => Xml::text($node, 'log') === '1',
                    'enabled' => in_array(Xml::text($node, 'disabled'), ['', '0'], true),
                    'sequence' => (int)Xml::text($node, 'sequence'),
                ];
            }
        }
        return $found;
    }

    /** Interfaces on which dnsmasq or Kea hands out addresses. */
    public static function otherDhcp(\SimpleXMLElement $root): array
    {
        $found = [];
        foreach (self::dnsmasq($root) as $id) {
            $found[] = ['interface' => $id, 'server' => 'dnsmasq'];
        }
        $kea = $root->OPNsense?->Kea?->dhcp4?->general;
        foreach ((string)$kea?->enabled === '1' ? self::list((string)$kea->interfaces) : [] as $id) {
            $found[] = ['interface' => $id, 'server' => 'kea'];
        }
        return $found;
    }

    /** Every reservation of a slash32 owner as a flat row. */
    public static function reservations(\SimpleXMLElement $root): array
    {
        $rows = [];
        $section = Xml::child(Xml::dom($root), 'dhcpd');
        foreach ($section === null ? [] : Xml::children($section) as $interface) {
            foreach (Entry::all($interface) as $entry) {
                if ($entry->owner !== null) {
                    $rows[] = [
                        'interface' => $interface->nodeName,
                        'mac' => $entry->mac,
                        'ipaddr' => $entry->ipaddr,
                        'hostname' => $entry->hostname,
                        'descr' => $entry->descr,
                        'owner' => $entry->owner,
                        'nic' => rawurldecode(explode(':', Marker::subject($entry->descr))[0]),
                    ];
                }
            }
        }
        return $rows;
    }

    /** A range without an interface stands for whichever network holds it (model Dnsmasq.xml 1.0.9). */
    private static function dnsmasq(\SimpleXMLElement $root): array
    {
        $dnsmasq = $root->dnsmasq;
        if ((string)$dnsmasq?->enable !== '1') {
            return [];
        }
        $interfaces = new Interfaces($root);
        $ids = array_column(self::interfaces($root), 'id');
        $served = [];
        foreach ($dnsmasq->dhcp_ranges as $range) {
            $start = (string)$range->start_addr;
            $named = (string)$range->interface;
            if (Address::isValid($start)) {
                $holding = fn (string $id) => $interfaces->holds($id, $start);
                array_push($served, ...($named === '' ? array_filter($ids, $holding) : [$named]));
            }
        }
        $listen = self::list((string)$dnsmasq->interface);
        $served = array_diff(array_unique($served), self::list((string)$dnsmasq->dhcp?->no_interface));
        return array_values($listen === [] ? $served : array_intersect($served, $listen));
    }

    private static function list(string $text): array
    {
        return array_values(array_filter(array_map('trim', explode(',', $text)), fn (string $one) => $one !== ''));
    }
}
