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

use OPNsense\Slash32\Request\ReservationRequest;
use OPNsense\Slash32\Request\SegmentRequest;

/**
 * Makes the static mappings of an interface what was asked for: changed in place, created in the order of addresses,
 * deleted. What belongs to others keeps its place. Ownership has been checked before.
 */
final class ReservationEdit
{
    /**
     * @param Entry[] $entries those that are there now
     * @return array the changes made
     */
    public static function make(Sections $sections, SegmentRequest $segment, array $entries, string $owner): array
    {
        if ($segment->reservations === null) {
            return [];
        }
        $wanted = [];
        $created = [];
        foreach ($segment->reservations as $one) {
            $one->at === null ? $created[] = $one : $wanted[$one->at] = $one;
        }
        $released = [];
        foreach ($segment->release as $one) {
            $released[$one->at] = $one;
        }
        $changes = [];
        $first = $entries === [] ? 0 : Xml::place($entries[0]->node);
        $shared = self::shared($entries);
        foreach ($entries as $entry) {
            $one = $wanted[$entry->index] ?? $released[$entry->index] ?? null;
            if ($one !== null) {
                $action = isset($released[$entry->index]) ? 'released' : ($entry->owner === $owner ? 'updated' : 'adopted');
                foreach (self::update($segment->interface, $entry, $one, $action) as $change) {
                    $changes[] = $change + ($shared[$entry->index] ?? []);
                }
            } elseif ($entry->owner === $owner) {
                $changes[] = self::change($segment->interface, 'deleted', $entry->name(), Xml::source($entry->node), null)
                    + ['place' => $entry->index, 'first' => $first] + ($shared[$entry->index] ?? []);
                Xml::remove($entry->node);
            }
        }
        array_push($changes, ...self::create($sections, $segment->interface, $created));
        return $changes;
    }

    /**
     * What entries have in common with others already, which is then no reason against putting one back.
     * @param Entry[] $entries
     * @return array index => ['shared' => keys of PresentEntries]
     */
    private static function shared(array $entries): array
    {
        $holders = [];
        foreach ($entries as $entry) {
            foreach (PresentEntries::keys($entry) as $key) {
                $holders[$key][] = $entry->index;
            }
        }
        $shared = [];
        foreach ($holders as $key => $indexes) {
            foreach (count($indexes) > 1 ? $indexes : [] as $index) {
                $shared[$index]['shared'][] = $key;
            }
        }
        return $shared;
    }

    private static function update(string $interface, Entry $entry, ReservationRequest $one, string $action): array
    {
        $before = Xml::source($entry->node);
        $isQuiet = self::isQuiet($entry, $one);
        foreach (Entry::FIELDS as $field) {
            $present = $field === 'mac' ? $entry->writtenMac() : $entry->$field;
            if ($present !== trim($one->$field)) {
                Xml::setText($entry->node, $field, trim($one->$field));
            }
        }
        $arp = Xml::child($entry->node, Entry::ARP);
        if ($one->arp && !$entry->arp) {
            Xml::setText($entry->node, Entry::ARP, '1');
        } elseif (!$one->arp && $entry->arp && $arp !== null) {
            Xml::remove($arp);
        }
        $after = Xml::source($entry->node);
        return $after === $before ? [] : [self::change($interface, $action, $entry->name(), $before, $after)
            + ['quiet' => $isQuiet]];
    }

    /** Whether only the description changes, which no service reads. */
    private static function isQuiet(Entry $entry, ReservationRequest $one): bool
    {
        return $entry->writtenMac() === $one->mac && $entry->ipaddr === $one->ipaddr && $entry->hostname === $one->hostname
            && $entry->arp === $one->arp;
    }

    /** @param ReservationRequest[] $created */
    private static function create(Sections $sections, string $interface, array $created): array
    {
        if ($created === []) {
            return [];
        }
        usort($created, fn ($one, $other) => ip2long($one->ipaddr) <=> ip2long($other->ipaddr));
        $section = $sections->ensure($interface);
        $present = Entry::all($section);
        $last = $present === [] ? null : end($present)->node->nextSibling;
        $next = 0;
        $changes = [];
        foreach ($created as $one) {
            while (isset($present[$next]) && (int)ip2long($present[$next]->ipaddr) <= ip2long($one->ipaddr)) {
                $next++;
            }
            $node = Xml::make($section->ownerDocument, 'staticmap', [
                'mac' => $one->mac,
                'ipaddr' => $one->ipaddr,
                'hostname' => $one->hostname,
                'descr' => trim($one->descr),
                Entry::ARP => $one->arp ? '1' : '',
            ]);
            $section->insertBefore($node, isset($present[$next]) ? $present[$next]->node : $last);
            $changes[] = self::change($interface, 'created', $one->name(), null, Xml::source($node));
        }
        return $changes;
    }

    private static function change(string $interface, string $action, string $name, ?string $before, ?string $after): array
    {
        return [
            'kind' => 'reservation',
            'interface' => $interface,
            'action' => $action,
            'name' => $name,
            'before' => $before,
            'after' => $after,
        ];
    }
}
