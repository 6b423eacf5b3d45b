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

namespace OPNsense\Slash32\Gui;

use OPNsense\Slash32\Edit\Xml;
use OPNsense\Slash32\Request\Marker;

/**
 * What a change changes, as rows for people: which entry, what it said before and what it says now. Only fields that are named
 * here are told, whatever else stands in an entry. Pure.
 */
final class ChangeWords
{
    private const MOST = 200;
    private const LONGEST = 300;
    /** What tells two entries apart that otherwise say the same. */
    private const MORE = [
        'descr', 'description', 'sequence', 'enabled', 'disabled', 'log', 'quick', 'ipprotocol', 'icmptype', 'gateway', 'sched',
        'tagged', 'statetype', 'natreflection', 'categories', 'category',
    ];

    /**
     * @param array $changes node by node, as a record keeps them
     * @return array rows (kind, place, name, before, after) and how many more there are
     */
    public static function of(array $changes): array
    {
        $rows = array_values(array_filter(array_map([self::class, 'row'], $changes)));
        return ['rows' => array_slice($rows, 0, self::MOST), 'more' => max(0, count($rows) - self::MOST)];
    }

    private static function row(array $change): ?array
    {
        $kind = (string)($change['kind'] ?? '');
        if ($kind === 'setting') {
            [$before, $after] = [self::setting($change['before']), self::setting($change['after'])];
            return self::cut($kind, (string)$change['interface'], (string)$change['setting'], $before, $after);
        }
        if (!in_array($kind, ['reservation', 'alias', 'rule', 'redirect'], true)) {
            return null;
        }
        [$old, $new] = [self::node($change['before']), self::node($change['after'])];
        $entry = $new ?? $old;
        if ($entry === null) {
            return null;
        }
        [$before, $after] = $kind === 'alias' ? self::members($old, $new) : [self::sentence($kind, $old), self::sentence($kind, $new)];
        if ($before === $after) {
            [$before, $after] = self::differences($old, $new);
        }
        $place = $kind === 'reservation' ? (string)$change['interface'] : Xml::text($entry, 'interface');
        return self::cut($kind, $place, self::name($kind, $entry), $before, $after);
    }

    private static function sentence(string $kind, ?\DOMElement $node): string
    {
        if ($node === null) {
            return '';
        }
        $words = match ($kind) {
            'reservation' => [Xml::text($node, 'ipaddr'), Xml::text($node, 'mac'), Xml::text($node, 'hostname')],
            'rule' => [
                Xml::text($node, 'action'), Xml::text($node, 'protocol') ?: 'any',
                'from ' . self::end($node, 'source_net', 'source_not', 'source_port'),
                'to ' . self::end($node, 'destination_net', 'destination_not', 'destination_port'),
            ],
            default => [
                Xml::text($node, 'protocol'), Xml::textAt($node, 'destination.network') ?: Xml::textAt($node, 'destination.address'),
                'port ' . Xml::textAt($node, 'destination.port'), 'to', Xml::text($node, 'target'),
                'port ' . Xml::text($node, 'local-port'),
            ],
        };
        return implode($kind === 'reservation' ? ', ' : ' ', array_filter($words, fn (string $word) => $word !== ''));
    }

    private static function end(\DOMElement $rule, string $net, string $not, string $port): string
    {
        $ports = Xml::text($rule, $port);
        return (Xml::text($rule, $not) === '1' ? 'not ' : '') . (Xml::text($rule, $net) ?: 'any')
            . ($ports === '' ? '' : ' port ' . $ports);
    }

    /** What goes out of an alias and what comes in; all of it where it is new or gone. */
    private static function members(?\DOMElement $old, ?\DOMElement $new): array
    {
        [$was, $is] = array_map(
            fn (?\DOMElement $node) => $node === null
                ? [] : preg_split('/\s+/', Xml::text($node, 'content'), -1, PREG_SPLIT_NO_EMPTY),
            [$old, $new]
        );
        return [implode(', ', array_diff($was, $is)), implode(', ', array_diff($is, $was))];
    }

    /** Entries that say the same otherwise: the fields that differ. */
    private static function differences(?\DOMElement $old, ?\DOMElement $new): array
    {
        $words = [[], []];
        foreach ($old === null || $new === null ? [] : self::MORE as $field) {
            [$was, $is] = [Xml::text($old, $field), Xml::text($new, $field)];
            if ($was !== $is) {
                $words[0][] = $field . ' ' . $was;
                $words[1][] = $field . ' ' . $is;
            }
        }
        return [implode(', ', $words[0]), implode(', ', $words[1])];
    }

    /** @param string[] $sources of the tags of a setting */
    private static function setting(array $sources): string
    {
        return implode(', ', array_map(function (string $source) {
            $node = self::node($source);
            if (Xml::children($node) === []) {
                return trim($node->textContent) === '1' ? 'on' : (trim($node->textContent) ?: 'on');
            }
            if (Xml::child($node, 'value') !== null) {
                return Xml::text($node, 'value');
            }
            $range = Xml::child($node, 'range') ?? $node;
            return Xml::text($range, 'from') . '-' . Xml::text($range, 'to')
                . (Xml::child($node, 'denyunknown') === null ? '' : ' closed');
        }, $sources));
    }

    private static function name(string $kind, \DOMElement $entry): string
    {
        $descr = Xml::text($entry, $kind === 'reservation' || $kind === 'redirect' ? 'descr' : 'description');
        if ($kind === 'reservation') {
            $nic = (string)preg_replace('/:[^:]*$/', '', Marker::subject($descr));
            return $nic !== '' ? $nic : (Xml::text($entry, 'hostname') ?: $descr);
        }
        return $kind === 'alias' ? Xml::text($entry, 'name') : trim(substr($descr, 0, strlen($descr) - strlen(Marker::of($descr))));
    }

    private static function node(?string $source): ?\DOMElement
    {
        return $source === null || $source === '' ? null : Xml::import(new \DOMDocument(), $source);
    }

    private static function cut(string $kind, string $place, string $name, string $before, string $after): array
    {
        $short = fn (string $text) => mb_strlen($text) > self::LONGEST ? mb_substr($text, 0, self::LONGEST) . '…' : $text;
        return [
            'kind' => $kind,
            'place' => $place,
            'name' => $short($name),
            'before' => $short($before),
            'after' => $short($after),
        ];
    }
}
