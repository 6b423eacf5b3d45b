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
use OPNsense\Slash32\Request\ReservationRequest;
use OPNsense\Slash32\Request\SegmentRequest;

/**
 * Whether what is wanted on one interface may be done: the owner's own entries only, and nothing that is taken.
 */
final class SegmentCheck
{
    /** @param Entry[] $entries what stands on the interface now */
    public function __construct(
        private readonly SegmentRequest $segment,
        private readonly array $entries,
        private readonly string $owner,
        private readonly Interfaces $interfaces,
        private readonly Errors $errors
    ) {
    }

    public function run(): void
    {
        $this->settings();
        if ($this->segment->reservations === null) {
            return;
        }
        $this->ownership();
        $this->addresses();
        $this->uniqueness();
    }

    private function settings(): void
    {
        $id = $this->segment->interface;
        $settings = $this->segment->settings;
        if (($settings['enabled'] ?? false) && !$this->interfaces->hasNetwork($id)) {
            $this->error('invalid', 'settings/enabled', 'The interface has no static IPv4 address to serve.');
        }
        foreach ($settings['range'] ?? [] as $address) {
            $objection = $this->interfaces->objection($id, $address);
            if ($objection !== null) {
                $this->error('invalid', 'settings/range', $objection);
            }
        }
        $router = $settings['router'] ?? 'none';
        if ($router !== 'none' && !$this->interfaces->holds($id, $router)) {
            $this->error('invalid', 'settings/router', sprintf('The router %s lies outside the network.', $router));
        }
        if (isset($settings['mask']) && !preg_match('/^1*0*$/D', sprintf('%032b', ip2long($settings['mask'])))) {
            $this->error('invalid', 'settings/mask', sprintf('%s is no mask.', $settings['mask']));
        }
    }

    private function ownership(): void
    {
        foreach ([...$this->segment->reservations, ...$this->segment->release] as $one) {
            if ($one->at === null) {
                continue;
            }
            $entry = $this->entries[$one->at] ?? null;
            if ($entry === null) {
                $this->about($one, 'foreign', 'at', sprintf('There is no entry %d.', $one->at));
            } elseif ($entry->owner !== $this->owner && !$this->isAdopted($entry, $one)) {
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
        if (in_array($one, $this->segment->release, true)) {
            return false;
        }
        $mac = $this->segment->adopt[$one->at] ?? null;
        return $mac !== null && Entry::normalise($mac) === $entry->mac;
    }

    private function addresses(): void
    {
        foreach ($this->segment->reservations as $one) {
            $kept = $one->at !== null && ($this->entries[$one->at]->ipaddr ?? '') === $one->ipaddr;
            $objection = $kept ? null : $this->interfaces->objection($this->segment->interface, $one->ipaddr);
            if ($objection !== null) {
                $this->about($one, 'invalid', 'ipaddr', $objection);
            }
        }
    }

    /** Against what stays beside the wanted ones; the wanted ones among themselves are looked at with their form. */
    private function uniqueness(): void
    {
        $taken = ['mac' => [], 'ipaddr' => []];
        $named = array_flip(array_filter(
            array_column([...$this->segment->reservations, ...$this->segment->release], 'at'),
            fn ($at) => $at !== null
        ));
        foreach ($this->entries as $entry) {
            if (isset($named[$entry->index]) || $entry->owner === $this->owner) {
                continue;
            }
            $taken['mac'][$entry->mac] = $entry;
            $taken['ipaddr'][$entry->ipaddr] = $entry;
        }
        foreach ($this->segment->reservations as $one) {
            foreach ($taken as $field => $entries) {
                $entry = $entries[$one->$field] ?? null;
                if ($entry !== null) {
                    $this->about($one, 'taken', $field, sprintf('%s is taken by %s.', $one->$field, $entry->name()));
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
