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
 * A state of pf as OPNsense lists it (filter/list_states.py), in the words of slash32: who opened it, what he asked for, and
 * where it goes. OPNsense gives the other address of a translation as `nat_addr`: for what came in, the one that was asked
 * for before a redirect; for what goes out, the sender before his address was replaced.
 */
final class StateRow
{
    /** One name for each protocol, as compilers of ways write it. */
    private const SAME = [
        '1' => 'icmp', '2' => 'igmp', '6' => 'tcp', '17' => 'udp', '41' => 'ipv6', '47' => 'gre', '50' => 'esp', '51' => 'ah',
        '58' => 'icmp6', '112' => 'carp', '132' => 'sctp', 'ipv6-icmp' => 'icmp6', 'icmpv6' => 'icmp6',
    ];
    private const ECHO = ['icmp' => 8, 'icmp6' => 128];
    private const LAST_TYPE = 255;

    /** @return array|null id, direction, protocol, from, asked and to, each end an address and a port; null when it cannot be read */
    public static function read(mixed $row): ?array
    {
        if (!is_array($row) || preg_match('/^[0-9a-f]{1,16}\/[0-9a-f]{1,8}$/D', self::text($row, 'id')) !== 1) {
            return null;
        }
        $protocol = self::canonical(self::text($row, 'proto'));
        $isIn = self::text($row, 'direction') === 'in';
        $from = self::end($row, 'src');
        $to = self::end($row, 'dst');
        $other = self::text($row, 'nat_addr') === '' ? null : self::end($row, 'nat', $isIn ? $to : $from);
        $found = [
            'id' => $row['id'],
            'direction' => $isIn ? 'in' : 'out',
            'protocol' => $protocol,
            'from' => !$isIn && $other !== null ? $other : $from,
            'asked' => $isIn && $other !== null ? $other : $to,
            'to' => $to,
        ];
        foreach (['from', 'asked', 'to'] as $end) {
            if ($found[$end] === null) {
                return null;
            }
        }
        return isset(self::ECHO[$protocol]) ? self::typed($found) : $found;
    }

    public static function canonical(string $protocol): string
    {
        return self::SAME[strtolower($protocol)] ?? strtolower($protocol);
    }

    /** ICMP has no ports: pf keeps the type at the far end, and older ones its identifier at both. */
    private static function typed(array $found): array
    {
        $number = $found['to'][1];
        $type = $number !== $found['from'][1] && $number <= self::LAST_TYPE ? $number : self::ECHO[$found['protocol']];
        return [
            'from' => [$found['from'][0], 0],
            'asked' => [$found['asked'][0], $type],
            'to' => [$found['to'][0], $type],
        ] + $found;
    }

    /** @return array|null address and port; a port that is not told is that of the end it stands for */
    private static function end(array $row, string $side, ?array $likeness = null): ?array
    {
        $address = self::text($row, $side . '_addr');
        $port = self::text($row, $side . '_port');
        if (@inet_pton(explode('%', $address)[0]) === false) {
            return null;
        }
        if ($port === '') {
            return [$address, $likeness === null ? 0 : $likeness[1]];
        }
        return preg_match('/^\d{1,5}$/D', $port) === 1 ? [$address, (int)$port] : null;
    }

    private static function text(array $row, string $field): string
    {
        $value = $row[$field] ?? '';
        return is_string($value) || is_int($value) ? (string)$value : '';
    }
}
