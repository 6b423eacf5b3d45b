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

namespace OPNsense\Slash32\Pair;

use OPNsense\Slash32\Edit\Entry;
use OPNsense\Slash32\Edit\FirewallEdit;
use OPNsense\Slash32\Edit\Sections;
use OPNsense\Slash32\Edit\SettingSlot;
use OPNsense\Slash32\Edit\Xml;
use OPNsense\Slash32\Request\Marker;
use OPNsense\Slash32\Request\SegmentRequest;

/**
 * What slash32 answers for in a config.xml, entry by entry, in a form by which two nodes can tell whether they have the
 * same: the DHCP settings of the interfaces in scope, and every reservation, alias, rule, redirect and category of its own.
 */
final class Inventory
{
    public const KINDS = ['category', 'alias', 'rule', 'redirect'];

    /** @param array $items id => name (for people) and digest (of what it says) */
    private function __construct(private readonly array $items)
    {
    }

    /** @param string[] $scope the interfaces whose settings count */
    public static function of(\SimpleXMLElement $root, array $scope): self
    {
        $items = [];
        foreach (self::settings($root, $scope) as [$interface, $setting, $canon]) {
            $items[self::settingId($interface, $setting)] = [self::settingName($interface, $setting), $canon];
        }
        $dhcpd = Xml::child(Xml::dom($root), 'dhcpd');
        foreach ($dhcpd === null ? [] : Xml::children($dhcpd) as $section) {
            foreach (Entry::all($section) as $entry) {
                if ($entry->owner !== null) {
                    $id = self::entryId($section->nodeName, $entry);
                    $items[$id] = [self::entryName($section->nodeName, $entry), Xml::canon($entry->node)];
                }
            }
        }
        foreach (self::KINDS as $kind) {
            foreach (FirewallEdit::nodes(Xml::dom($root), $kind) as $node) {
                if (self::isOurs($kind, $node)) {
                    $items[self::nodeId($kind, $node)] = [self::nodeName($kind, $node), Xml::canon($node)];
                }
            }
        }
        return new self(array_map(fn (array $one) => [$one[0], substr(hash('sha256', $one[1]), 0, 24)], $items));
    }

    /** @return array id => digest, to be sent */
    public function digests(): array
    {
        return array_map(fn (array $one) => $one[1], $this->items);
    }

    /**
     * How this node differs from another one.
     * @param array $digests those of the other node
     * @return array extra, other and missing: names of what only this node has, of what says something else here, and ids of
     *     what it lacks
     */
    public function against(array $digests): array
    {
        $extra = array_diff_key($this->items, $digests);
        $shared = array_intersect_key($this->items, $digests);
        $other = array_filter($shared, fn (array $one, string $id) => $one[1] !== $digests[$id], ARRAY_FILTER_USE_BOTH);
        return [
            'extra' => array_column(array_values($extra), 0),
            'other' => array_column(array_values($other), 0),
            'missing' => array_keys(array_diff_key($digests, $this->items)),
        ];
    }

    /** @return string[] the same for people, of ids that this node has */
    public function names(array $ids): array
    {
        return array_map(fn (string $id) => $this->items[$id][0] ?? $id, $ids);
    }

    public static function isOurs(string $kind, \DOMElement $node): bool
    {
        if ($kind === 'category') {
            return Xml::text($node, 'name') === FirewallEdit::CATEGORY;
        }
        return Marker::isThere(Xml::text($node, $kind === 'redirect' ? 'descr' : 'description'));
    }

    public static function settingId(string $interface, string $setting): string
    {
        return sprintf('dhcpd %s %s', $interface, $setting);
    }

    public static function entryId(string $interface, Entry $entry): string
    {
        return sprintf('dhcpd %s reservation %s %s', $interface, $entry->mac, $entry->ipaddr);
    }

    public static function settingName(string $interface, string $setting): string
    {
        return sprintf('%s of %s', $setting, $interface);
    }

    public static function entryName(string $interface, Entry $entry): string
    {
        return sprintf('the reservation of %s on %s', $entry->ipaddr ?: $entry->mac, $interface);
    }

    public static function nodeId(string $kind, \DOMElement $node): string
    {
        return $kind . ' ' . $node->getAttribute('uuid');
    }

    public static function nodeName(string $kind, \DOMElement $node): string
    {
        return match ($kind) {
            'alias', 'category' => sprintf('the %s %s', $kind, Xml::text($node, 'name')),
            'rule' => sprintf('the rule "%s"', Xml::text($node, 'description')),
            'redirect' => sprintf('the destination NAT "%s"', Xml::text($node, 'descr')),
        };
    }

    /** @return array rows of interface, setting and what it says, for those that are set */
    private static function settings(\SimpleXMLElement $root, array $scope): array
    {
        $found = [];
        $sections = new Sections(Xml::dom($root));
        foreach ($scope as $interface) {
            foreach (SegmentRequest::SETTINGS as $setting) {
                $sources = (new SettingSlot($sections, $interface, $setting))->sources();
                if ($sources !== []) {
                    $found[] = [$interface, $setting, SettingSlot::canon($sources)];
                }
            }
        }
        return $found;
    }
}
