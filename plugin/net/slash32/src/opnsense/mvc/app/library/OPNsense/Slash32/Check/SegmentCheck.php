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

use OPNsense\Slash32\Edit\Entry;
use OPNsense\Slash32\Edit\SettingSlot;
use OPNsense\Slash32\Edit\Xml;
use OPNsense\Slash32\Request\Address;
use OPNsense\Slash32\Request\ReservationRequest;
use OPNsense\Slash32\Request\SegmentRequest;

/**
 * Whether what is wanted on one interface may be done: the owner's own entries only, and nothing that is taken.
 */
final class SegmentCheck
{
    private const UNIQUE = ['mac' => true, 'ipaddr' => true];

    /** One label of a DNS name: OPNsense hands host names on to its DNS servers as they are. */
    private const LABEL = '/^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/D';

    private array $notes = [];

    /**
     * @param \DOMElement|null $section the interface's element of `<dhcpd>`
     * @param Entry[] $entries what stands on the interface now
     * @param string[] $ownMacs those of the firewall's devices
     */
    public function __construct(
        private readonly SegmentRequest $segment,
        private readonly ?\DOMElement $section,
        private readonly array $entries,
        private readonly string $owner,
        private readonly Interfaces $interfaces,
        private readonly Errors $errors,
        private readonly array $ownMacs = []
    ) {
    }

    /** @return string[] what is no obstacle, but should be known */
    public function notes(): array
    {
        return $this->notes;
    }

    public function run(): void
    {
        $this->settings();
        if ($this->segment->reservations === null) {
            return;
        }
        $this->ownership();
        $this->macs();
        $this->addresses();
        $this->names();
        $this->uniqueness();
    }

    private function settings(): void
    {
        $id = $this->segment->interface;
        $settings = $this->segment->settings;
        if (($settings['enabled'] ?? false) && !$this->interfaces->hasNetwork($id)) {
            $this->error('invalid', 'settings/enabled', 'The interface has no static IPv4 address to serve.');
        }
        if (($settings['static_arp'] ?? false) && !$this->interfaces->hasNetwork($id)) {
            $this->error('invalid', 'settings/static_arp', 'The interface has no static IPv4 address, so nobody on it could have an entry.');
        }
        foreach ($settings['range'] ?? [] as $address) {
            $objection = $this->interfaces->objection($id, $address);
            if ($objection !== null) {
                $this->error('invalid', 'settings/range', $objection);
            }
        }
        $router = $settings['router'] ?? 'none';
        $isOwn = in_array($router, $this->interfaces->own($id), true);
        $objection = $router === 'none' || $isOwn ? null : $this->interfaces->objection($id, $router);
        if ($objection !== null) {
            $this->error('invalid', 'settings/router', $objection);
        }
        foreach (array_keys(SettingSlot::OPTIONS) as $option) {
            if (isset($settings[$option]) && count(Xml::all($this->section, 'numberoptions')) > 1) {
                $message = '<numberoptions> stands there twice, so OPNsense passes over both. Mend it first.';
                $this->error('invalid', 'settings/' . $option, $message);
            }
        }
        if (isset($settings['mask']) && !preg_match('/^1+0*$/D', sprintf('%032b', ip2long($settings['mask'])))) {
            $this->error('invalid', 'settings/mask', sprintf('%s is no mask.', $settings['mask']));
        }
        if (array_key_exists('pools', $settings) && $this->ranges() !== self::ends($settings['pools'] ?? [])) {
            $this->error('invalid', 'settings/pools', 'These are not the further pools of the interface, in their order.');
        }
    }

    /** @return array the ends of each further pool */
    private function ranges(): array
    {
        $filled = array_filter(Xml::all($this->section, 'pool'), fn (\DOMElement $pool) => Xml::children($pool) !== []);
        $range = fn (\DOMElement $pool) => Xml::child($pool, 'range');
        return self::ends(array_map(fn (\DOMElement $pool) => [
            'from' => Xml::text($range($pool), 'from'),
            'to' => Xml::text($range($pool), 'to'),
        ], array_values($filled)));
    }

    /** dhcpd takes a single address as a range of one, and turns a reversed range round. */
    private static function ends(array $pools): array
    {
        return array_map(function (array $pool) {
            $ends = array_values(array_filter([$pool['from'], $pool['to']], fn (string $end) => Address::isValid($end)));
            usort($ends, fn (string $one, string $other) => ip2long($one) <=> ip2long($other));
            return $ends === [] ? ['', ''] : [$ends[0], end($ends)];
        }, $pools);
    }

    /** What an entry has already, it may keep. */
    private function macs(): void
    {
        foreach ($this->segment->reservations as $one) {
            $objection = Macs::objection($one->mac, $this->ownMacs);
            if ($objection !== null && ($this->entries[$one->at ?? -1]->mac ?? '') !== $one->mac) {
                $this->about($one, 'invalid', 'mac', $objection);
            }
        }
    }

    private function ownership(): void
    {
        $released = array_flip(array_column($this->segment->release, 'at'));
        foreach ([...$this->segment->reservations, ...$this->segment->release] as $one) {
            if ($one->at === null) {
                continue;
            }
            $entry = $this->entries[$one->at] ?? null;
            if ($entry === null) {
                $this->about($one, 'foreign', 'at', sprintf('There is no entry %d.', $one->at));
            } elseif ($entry->owner !== $this->owner && (isset($released[$one->at]) || !$this->isAdopted($entry, $one))) {
                $this->about($one, 'foreign', 'at', sprintf(
                    'Entry %d, %s, belongs to %s and was not adopted by name.',
                    $one->at,
                    $entry->ipaddr === '' ? $entry->mac : $entry->ipaddr,
                    $entry->owner === null ? 'somebody else' : 'the slash32 owner ' . $entry->owner
                ));
            }
        }
        $used = array_flip(array_filter(array_column($this->segment->reservations, 'at'), fn ($at) => $at !== null));
        foreach (array_diff_key($this->segment->adopt, $used) as $at => $mac) {
            $this->error('invalid', 'adopt', sprintf('Entry %d is adopted, but no reservation takes its place.', $at));
        }
    }

    private function isAdopted(Entry $entry, ReservationRequest $one): bool
    {
        $mac = $this->segment->adopt[$one->at] ?? null;
        return $mac !== null && Entry::normalise($mac) === $entry->mac;
    }

    private function addresses(): void
    {
        $ranges = new Ranges($this->section, $this->segment->settings);
        foreach ([...$this->segment->reservations, ...$this->segment->release] as $one) {
            $range = $this->isKept($one, 'ipaddr') ? null : $ranges->holding($one->ipaddr);
            $objection = match (true) {
                $this->isKept($one, 'ipaddr') => null,
                $range !== null =>
                    sprintf('%s lies in the dynamic range %s, so another client can have it.', $one->ipaddr, $range),
                default => $this->interfaces->objection($this->segment->interface, $one->ipaddr),
            };
            if ($objection !== null) {
                $this->about($one, 'invalid', 'ipaddr', $objection);
            }
        }
    }

    /** A name that was there before, or comes back to its owner, may be in any form. */
    private function names(): void
    {
        foreach ($this->segment->reservations as $one) {
            if ($one->hostname !== '' && !$this->isKept($one, 'hostname') && !preg_match(self::LABEL, $one->hostname)) {
                $this->about($one, 'invalid', 'hostname', 'It is no host name: letters, digits and dashes, at most 63.');
            }
        }
    }

    /** Whether a field of an entry that is there already stays as it is. */
    private function isKept(ReservationRequest $one, string $field): bool
    {
        return $one->at !== null && ($this->entries[$one->at]->$field ?? null) === $one->$field;
    }

    /** Against what stays beside the wanted ones; the wanted ones among themselves are looked at with their form. */
    private function uniqueness(): void
    {
        $taken = array_fill_keys([...array_keys(self::UNIQUE), 'hostname'], []);
        $named = array_flip(array_filter(
            array_column([...$this->segment->reservations, ...$this->segment->release], 'at'),
            fn ($at) => $at !== null
        ));
        foreach ($this->entries as $entry) {
            if (isset($named[$entry->index]) || $entry->owner === $this->owner) {
                continue;
            }
            foreach (array_keys($taken) as $field) {
                $taken[$field][strtolower($entry->$field)] = $entry;
            }
        }
        foreach ([...$this->segment->reservations, ...$this->segment->release] as $one) {
            foreach ($taken as $field => $entries) {
                $entry = $one->$field === '' ? null : ($entries[strtolower($one->$field)] ?? null);
                // what is doubled already is not made worse by leaving it
                if ($entry === null || $this->isKept($one, $field)) {
                    continue;
                }
                $message = sprintf('%s is taken by %s.', $one->$field, $entry->name());
                if (isset(self::UNIQUE[$field])) {
                    $this->about($one, 'taken', $field, $message);
                } else {
                    // dhcpd lives with it, but DNS then answers with both
                    $this->notes[] = $this->segment->interface . ': the host name ' . $message;
                }
            }
        }
    }

    private function about(ReservationRequest $one, string $code, string $field, string $message): void
    {
        $this->errors->add($code, $one->where . '/' . $field, $one->name(), $message);
    }

    private function error(string $code, string $field, string $message): void
    {
        $this->errors->add($code, $this->segment->where . '/' . $field, $this->segment->interface, $message);
    }
}
