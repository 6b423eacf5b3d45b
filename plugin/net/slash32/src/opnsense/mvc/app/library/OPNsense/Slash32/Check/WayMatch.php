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

use OPNsense\Slash32\Request\WaysRequest;

/**
 * Whether a state goes one of the ways that a change closes. Each is found by binary search, since a firewall may hold hundreds of
 * thousands of them.
 */
final class WayMatch
{
    /** @var array length of an address in bytes => spans with their groups, in order */
    private array $places = [];

    /** @param array $ways family => rows, as Request\WaysRequest reads them */
    public function __construct(array $ways)
    {
        foreach ($ways as $family => $rows) {
            $spans = [];
            foreach ($rows as $row) {
                $groups = [];
                foreach ($row['groups'] as $group) {
                    array_push($groups, ...self::spans($group['to'], $group['services']));
                }
                array_push($spans, ...self::spans($row['from'], self::sorted($groups)));
            }
            $this->places[WaysRequest::FAMILIES[$family]] = self::sorted($spans);
        }
    }

    public function isEmpty(): bool
    {
        return array_filter($this->places) === [];
    }

    /** @param array $state as StateRow reads it */
    public function fits(array $state): bool
    {
        $from = self::bytes($state['from'][0]);
        $groups = self::find($this->places[strlen($from)] ?? [], $from) ?? [];
        foreach (self::find($groups, self::bytes($state['asked'][0])) ?? [] as $service) {
            if (self::serves($service, $state) && self::lands($service, $state)) {
                return true;
            }
        }
        return false;
    }

    private static function serves(array $service, array $state): bool
    {
        if ($service['protocol'] === '*') {
            return !in_array($state['protocol'], $service['except'], true);
        }
        [$first, $last] = $service['numbers'];
        [$from, $to] = $service['source_ports'] ?? [0, 65535];
        return $service['protocol'] === $state['protocol']
            && $state['asked'][1] >= $first && $state['asked'][1] <= $last
            && $state['from'][1] >= $from && $state['from'][1] <= $to;
    }

    private static function lands(array $service, array $state): bool
    {
        $place = $service['lands'];
        if ($place === null) {
            return $state['to'][1] === $state['asked'][1] && self::isSame($state['to'][0], $state['asked'][0]);
        }
        $port = $place['port'] + ($place['shifts'] ? $state['asked'][1] - $service['numbers'][0] : 0);
        return $state['to'][1] === $port && self::isSame($state['to'][0], $place['address']);
    }

    private static function isSame(string $one, string $other): bool
    {
        return $one === $other || self::bytes($one) === self::bytes($other);
    }

    /** @return array each span as first, last and value */
    private static function spans(array $texts, array $value): array
    {
        return array_map(function (string $text) use ($value) {
            $ends = explode('-', $text);
            return [self::bytes($ends[0]), self::bytes(end($ends)), $value];
        }, $texts);
    }

    private static function sorted(array $spans): array
    {
        usort($spans, fn (array $one, array $other) => strcmp($one[0], $other[0]));
        return $spans;
    }

    private static function find(array $spans, string $at): ?array
    {
        $low = 0;
        $high = count($spans) - 1;
        while ($low < $high) {
            $middle = intdiv($low + $high + 1, 2);
            if (strcmp($spans[$middle][0], $at) <= 0) {
                $low = $middle;
            } else {
                $high = $middle - 1;
            }
        }
        $found = $spans[$low] ?? null;
        return $found !== null && strcmp($found[0], $at) <= 0 && strcmp($at, $found[1]) <= 0 ? $found[2] : null;
    }

    private static function bytes(string $address): string
    {
        return (string)@inet_pton(explode('%', $address)[0]);
    }
}
