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
 * The ways whose open connections end with a change and with its undoing, as Check\WayMatch takes them: by family, rows of
 * senders, in each of them groups of receivers with the packets that went there.
 */
final class WaysRequest
{
    public const FAMILIES = ['inet' => 4, 'inet6' => 16];
    private const PROTOCOL = '/^(?:[a-z0-9][a-z0-9.+-]{0,31}|\*)$/D';

    /** @return array apply and undo, each family => rows */
    public static function read(Form $form): array
    {
        $found = ['apply' => self::ways($form, 'apply'), 'undo' => self::ways($form, 'undo')];
        $form->refuseOthers();
        return $found;
    }

    private static function ways(Form $outer, string $field): array
    {
        $form = $outer->inner($outer->raw($field), $field);
        $found = [];
        foreach ($form === null ? [] : array_keys(self::FAMILIES) as $family) {
            if ($form->has($family)) {
                $found[$family] = self::each($form, $family, fn (Form $row) => self::row($row, $family));
            }
        }
        $form?->refuseOthers();
        return $found;
    }

    private static function row(Form $form, string $family): array
    {
        return [
            'from' => self::spans($form, 'from', $family),
            'groups' => self::each($form, 'groups', fn (Form $group) => [
                'to' => self::spans($group, 'to', $family),
                'services' => self::each($group, 'services', fn (Form $one) => self::service($one, $family)),
            ]),
        ];
    }

    private static function service(Form $form, string $family): array
    {
        $lands = $form->has('lands') ? $form->inner($form->raw('lands'), 'lands') : null;
        $found = [
            'protocol' => $form->match('protocol', self::PROTOCOL, 'the name of a protocol, or *'),
            'except' => $form->has('except') ? self::protocols($form) : [],
            'numbers' => self::numbers($form, 'numbers'),
            'source_ports' => $form->has('source_ports') ? self::numbers($form, 'source_ports') : null,
            'lands' => $lands === null ? null : [
                'address' => self::place($lands, $family),
                'port' => $lands->number('port', 0, 65535),
                'shifts' => $lands->flag('shifts', false),
            ],
        ];
        $lands?->refuseOthers();
        return $found;
    }

    /** @return array what is read of each object in a list */
    private static function each(Form $outer, string $field, callable $read): array
    {
        $found = [];
        foreach ($outer->items($field, ApplyRequest::MOST) as $index => $item) {
            $form = $outer->inner($item, $field . '/' . $index);
            if ($form !== null) {
                $found[] = $read($form);
                $form->refuseOthers();
            }
        }
        return $found;
    }

    /** @return string[] addresses, or two of them with a dash between */
    private static function spans(Form $form, string $field, string $family): array
    {
        $found = [];
        foreach ($form->items($field, ApplyRequest::MOST) as $text) {
            $ends = is_string($text) ? explode('-', $text) : [];
            $bytes = array_map(fn (string $end) => self::bytes($end, $family), $ends);
            if ($bytes === [] || count($bytes) > 2 || in_array(null, $bytes, true) || strcmp($bytes[0], end($bytes)) > 0) {
                $form->error($field, 'It is no list of addresses and spans of addresses of its family.');
                return [];
            }
            $found[] = $text;
        }
        return $found;
    }

    private static function place(Form $form, string $family): string
    {
        $text = $form->text('address', 64);
        if (self::bytes($text, $family) === null) {
            $form->error('address', 'It is no address of its family.');
        }
        return $text;
    }

    private static function bytes(string $text, string $family): ?string
    {
        $bytes = @inet_pton($text);
        return $bytes !== false && strlen($bytes) === self::FAMILIES[$family] ? $bytes : null;
    }

    /** @return int[] two of them, both ends included */
    private static function numbers(Form $form, string $field): array
    {
        $ends = $form->items($field, 2);
        $isRight = count($ends) === 2 && is_int($ends[0]) && is_int($ends[1]);
        if (!$isRight || $ends[0] < 0 || $ends[1] > 65535 || $ends[0] > $ends[1]) {
            $form->error($field, 'It is no pair of numbers from 0 to 65535, the smaller one first.');
            return [0, 0];
        }
        return $ends;
    }

    /** @return string[] */
    private static function protocols(Form $form): array
    {
        $found = $form->items('except', 300);
        foreach ($found as $one) {
            if (!is_string($one) || preg_match(self::PROTOCOL, $one) !== 1) {
                $form->error('except', 'It is no list of protocols.');
                return [];
            }
        }
        return $found;
    }
}
