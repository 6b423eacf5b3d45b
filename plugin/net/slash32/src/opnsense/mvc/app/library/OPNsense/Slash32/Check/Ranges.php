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

use OPNsense\Slash32\Edit\Xml;
use OPNsense\Slash32\Request\Address;

/**
 * The dynamic ranges that an interface will have: its own, as asked for or as it stays, and those of its further pools.
 */
final class Ranges
{
    /** @var array [first, last] as numbers */
    private array $ranges = [];

    /** @param array $settings of a SegmentRequest */
    public function __construct(?\DOMElement $section, array $settings)
    {
        if (array_key_exists('range', $settings)) {
            $this->add(...($settings['range'] ?? ['', '']));
        } else {
            $this->read($section);
        }
        foreach (Xml::all($section, 'pool') as $pool) {
            $this->read($pool);
        }
    }

    /** The range that holds an address, in words, or null. */
    public function holding(string $address): ?string
    {
        $number = Address::number($address);
        foreach ($this->ranges as [$first, $last]) {
            if ($number !== false && $first <= $number && $number <= $last) {
                return long2ip($first) . '-' . long2ip($last);
            }
        }
        return null;
    }

    private function read(?\DOMElement $holder): void
    {
        foreach (Xml::all($holder, 'range') as $range) {
            $this->add(Xml::text($range, 'from'), Xml::text($range, 'to'));
        }
    }

    /** dhcpd takes one address as a range of one, and turns a reversed range round. */
    private function add(string $from, string $to): void
    {
        $first = Address::number($from === '' ? $to : $from);
        $last = Address::number($to === '' ? $from : $to);
        if ($first !== false && $last !== false) {
            $this->ranges[] = [min($first, $last), max($first, $last)];
        }
    }
}
