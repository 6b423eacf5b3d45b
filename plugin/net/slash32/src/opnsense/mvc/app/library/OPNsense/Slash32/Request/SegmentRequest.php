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

namespace OPNsense\Slash32\Request;

/**
 * What is wanted on one interface.
 */
final class SegmentRequest
{
    public const SETTINGS = [
        'enabled', 'range', 'mask', 'routes', 'deny_unknown', 'mac_allow', 'static_arp', 'router', 'pools',
    ];

    private const OCTETS = '/^[0-9a-f]{2}(:[0-9a-f]{2}){4,253}$/D';

    /**
     * @param array $settings only the named ones: enabled, deny_unknown and static_arp as bool, range as [from, to], mask, routes,
     *     mac_allow and router as text, pools as lists of from, to, deny_unknown and mac_allow; null takes a setting away
     * @param ReservationRequest[]|null $reservations the whole list of the owner's, or null to leave all as they are
     * @param array $adopt index at the base revision => MAC
     * @param ReservationRequest[] $release each with its `at`
     */
    public function __construct(
        public readonly string $where,
        public readonly string $interface,
        public readonly array $settings,
        public readonly ?array $reservations,
        public readonly array $adopt,
        public readonly array $release
    ) {
    }

    public static function read(Form $form, string $owner): self
    {
        $interface = $form->match('interface', '/^[a-z][a-z0-9_]{0,31}$/D', 'the id of an interface');
        $form->about($interface);
        $settings = $form->has('settings') ? self::settings($form) : [];
        $reservations = $form->has('reservations') ? self::reservations($form, 'reservations', $owner) : null;
        $release = $form->has('release') ? self::reservations($form, 'release', null) : [];
        $adopt = $form->has('adopt') ? self::adoptions($form) : [];
        if ($reservations === null && ($release !== [] || $adopt !== [])) {
            $form->error('reservations', 'It is missing, though entries are adopted or released.');
        }
        self::refuseTwice($form, array_merge($reservations ?? [], $release));
        $form->refuseOthers();
        return new self($form->where, $interface, $settings, $reservations, $adopt, $release);
    }

    private static function settings(Form $outer): array
    {
        $form = $outer->inner($outer->raw('settings'), 'settings');
        $settings = [];
        foreach ($form === null ? [] : self::SETTINGS as $name) {
            if (!$form->has($name)) {
                continue;
            }
            $settings[$name] = $form->raw($name) === null ? null : match ($name) {
                'enabled', 'deny_unknown', 'static_arp' => $form->flag($name, false),
                'range' => self::range($form),
                'mac_allow' => self::macs($form, $name),
                'router' => $form->raw($name) === 'none' ? 'none' : $form->address($name),
                'mask' => $form->address($name),
                'routes' => self::routes($form),
                'pools' => self::pools($form),
            };
        }
        $form?->refuseOthers();
        return $settings;
    }

    /** What option 121 holds, in the form that dhcpd takes for the type `string`. */
    private static function routes(Form $form): string
    {
        $octets = $form->match('routes', self::OCTETS, 'octets in hexadecimal, with colons');
        if ($octets !== '' && !ClientRoutes::isReadable($octets)) {
            $form->error('routes', 'It is no list of routes as option 121 has it.');
        }
        return $octets;
    }

    /** MAC addresses, or beginnings of them, with commas. */
    private static function macs(Form $form, string $name): string
    {
        $list = $form->text($name, 65535);
        foreach (explode(',', $list) as $one) {
            if (preg_match('/^[0-9a-f]{2}(:[0-9a-f]{2}){0,5}$/D', $one) !== 1) {
                $form->error($name, 'It is not a list of MAC addresses.');
                break;
            }
        }
        return $list;
    }

    /** Who gets addresses of the further pools, which are told by their order and range. */
    private static function pools(Form $outer): array
    {
        $pools = [];
        foreach ($outer->items('pools', ApplyRequest::MOST) as $index => $item) {
            $form = $outer->inner($item, 'pools/' . $index);
            if ($form === null) {
                continue;
            }
            $pools[] = [
                'from' => $form->raw('from') === '' ? '' : $form->address('from'),
                'to' => $form->raw('to') === '' ? '' : $form->address('to'),
                'deny_unknown' => $form->flag('deny_unknown', false),
                'mac_allow' => in_array($form->raw('mac_allow'), [null, ''], true)
                    ? $form->raw('mac_allow') : self::macs($form, 'mac_allow'),
            ];
            $form->refuseOthers();
        }
        return $pools;
    }

    private static function range(Form $outer): array
    {
        $form = $outer->inner($outer->raw('range'), 'range');
        if ($form === null) {
            return ['0.0.0.0', '0.0.0.0'];
        }
        $range = [$form->address('from'), $form->address('to')];
        // what is no address was named, and reads as 0.0.0.0
        if ($range[1] !== '0.0.0.0' && ip2long($range[0]) > ip2long($range[1])) {
            $form->error('', 'The range ends before it begins.');
        }
        $form->refuseOthers();
        return $range;
    }

    /** @return ReservationRequest[] */
    private static function reservations(Form $outer, string $field, ?string $owner): array
    {
        $found = [];
        foreach ($outer->items($field, ApplyRequest::MOST) as $index => $item) {
            $form = $outer->inner($item, $field . '/' . $index);
            if ($form === null) {
                continue;
            }
            $one = ReservationRequest::read($form);
            if (($owner ?? '') !== '' && Marker::owner($one->descr) !== $owner) {
                $form->error('descr', sprintf('It does not end in the marker of the owner, [slash32:%s:…].', $owner));
            }
            if ($owner === null && Marker::isThere($one->descr)) {
                $form->error('descr', 'An entry that is handed over must not keep a marker of slash32.');
            }
            if ($owner === null && $one->at === null) {
                $form->error('at', 'It is missing: only an entry that is there can be handed over.');
            }
            $found[] = $one;
        }
        return $found;
    }

    private static function adoptions(Form $outer): array
    {
        $adopt = [];
        foreach ($outer->items('adopt', ApplyRequest::MOST) as $index => $item) {
            $form = $outer->inner($item, 'adopt/' . $index);
            if ($form === null) {
                continue;
            }
            $at = $form->number('at', 0, ApplyRequest::MOST);
            if (isset($adopt[$at])) {
                $form->error('at', sprintf('Entry %d stands there twice.', $at));
            }
            $adopt[$at] = $form->text('mac', 64);
            $form->refuseOthers();
        }
        return $adopt;
    }

    /** @param ReservationRequest[] $all */
    private static function refuseTwice(Form $form, array $all): void
    {
        foreach (['mac' => 'MAC address', 'ipaddr' => 'address', 'hostname' => 'host name', 'at' => 'place'] as $field => $word) {
            $seen = [];
            foreach ($all as $one) {
                $value = is_string($one->$field) ? strtolower($one->$field) : $one->$field;
                if ($value === null || $value === '') {
                    continue;
                }
                if (isset($seen[$value])) {
                    $form->error(
                        substr($one->where, strlen($form->where) + 1) . '/' . $field,
                        sprintf('The %s %s stands there twice.', $word, $value)
                    );
                }
                $seen[$value] = true;
            }
        }
    }
}
