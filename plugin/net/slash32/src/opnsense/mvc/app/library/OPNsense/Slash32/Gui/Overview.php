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

/**
 * What people see of the engine's status: the facts for the top of the page and for the dashboard, and the rows of the
 * two tables. Pure: takes the answer of `slash32 status` as it came.
 */
final class Overview
{
    private const RECENT = 5;
    /** Seconds after which an apply cannot be waiting any more: the longest time to confirm, and time to undo it. */
    private const STALE = 4500;

    private readonly array $names;

    /** @param array $status the answer of `slash32 status`, with result ok */
    public function __construct(private readonly array $status)
    {
        $this->names = array_column($status['interfaces'] ?? [], 'descr', 'id');
    }

    /** The facts that fit on one glance. */
    public function summary(): array
    {
        $scope = $this->status['scope']['interfaces'] ?? [];
        $counts = array_fill_keys($scope, 0);
        foreach ($this->managed() as $row) {
            $counts[$row['interface']] = ($counts[$row['interface']] ?? 0) + 1;
        }
        $interfaces = [];
        foreach ($counts as $id => $count) {
            $interfaces[] = ['id' => (string)$id, 'descr' => $this->name((string)$id), 'count' => $count];
        }
        usort($interfaces, fn (array $a, array $b) => strnatcasecmp($a['descr'], $b['descr']));
        return [
            'result' => 'ok',
            'now' => $this->status['now'] ?? 0,
            'scope' => $scope,
            'managed' => array_sum($counts),
            'interfaces' => $interfaces,
            'pending' => $this->pending(),
            'recent' => array_slice($this->applies(), 0, self::RECENT),
            'dhcp' => $this->dhcp(),
            'pair' => $this->pair(),
        ];
    }

    /** @return array what people have to know of a high-availability pair: rows of kind and values, the worst first */
    private function pair(): array
    {
        $ha = $this->status['ha'] ?? [];
        $rows = array_map(
            fn (array $one) => ['kind' => 'unwatched', 'values' => [$one['id'], $one['owner']]],
            $ha['unwatched'] ?? []
        );
        foreach ($ha['debts'] ?? [] as $debt) {
            if ($debt['code'] !== 'open') {
                $said = trim($debt['message'] . ' ' . PairRemedy::of($debt['code']));
                $rows[] = ['kind' => $debt['what'], 'values' => [$debt['id'], $debt['owner'], $said]];
            }
        }
        if (($ha['missing'] ?? []) !== []) {
            $rows[] = ['kind' => 'missing', 'values' => [implode(', ', $ha['missing'])]];
        }
        if (in_array($ha['role'] ?? '', ['backup', 'unknown'], true)) {
            $rows[] = ['kind' => $ha['role'], 'values' => []];
        }
        return $rows;
    }

    /** @return array the managed reservations, by interface and then by address */
    public function reservations(): array
    {
        $rows = array_map(fn (array $row) => [
            'interface' => $row['interface'],
            'interface_descr' => $this->name($row['interface']),
            'ipaddr' => $row['ipaddr'] ?? '',
            'mac' => $row['mac'] ?? '',
            'hostname' => $row['hostname'] ?? '',
            'descr' => $row['descr'] ?? '',
            'owner' => $row['owner'],
            'nic' => $row['nic'] ?? '',
        ], $this->managed());
        usort($rows, function (array $a, array $b) {
            return strnatcasecmp($a['interface_descr'], $b['interface_descr'])
                ?: strnatcmp($a['ipaddr'], $b['ipaddr']);
        });
        return $rows;
    }

    /** @return array the last applies, newest first */
    public function applies(): array
    {
        return array_map(fn (array $entry) => [
            'id' => $entry['id'] ?? '',
            'at' => $entry['at'] ?? 0,
            'owner' => $entry['owner'] ?? '',
            'user' => $entry['user'] ?? '',
            'host' => $entry['host'] ?? '',
            'summary' => $entry['summary'] ?? '',
            'outcome' => $entry['outcome'] ?? '',
            'revision' => $entry['revision_after'] ?? '',
            'details' => $this->details($entry),
        ], $this->status['applies'] ?? []);
    }

    private function managed(): array
    {
        $isManaged = fn (array $row) => ($row['owner'] ?? '') !== '' && $row['owner'] !== null;
        return array_values(array_filter($this->status['reservations'] ?? [], $isManaged));
    }

    /** Each change that waits, with who made it and what it changed as far as the history knows. */
    private function pending(): array
    {
        $known = array_column($this->applies(), null, 'id');
        $waiting = [...($this->status['pending'] ?? []), ...$this->settling($known)];
        return array_map(fn (array $change) => [
            'id' => $change['id'],
            'owner' => $change['owner'],
            'since' => $change['since'],
            'deadline' => $change['deadline'],
            'seconds_left' => $change['seconds_left'],
            'user' => $known[$change['id']]['user'] ?? '',
            'host' => $known[$change['id']]['host'] ?? '',
            'summary' => $known[$change['id']]['summary'] ?? '',
            'changes' => array_map(
                fn (array $row) => ['place' => $row['place'] === '' ? '' : $this->name($row['place'])] + $row,
                $change['changes']['rows'] ?? []
            ),
            'more' => $change['changes']['more'] ?? 0,
        ], $waiting);
    }

    /** Changes whose time is up and whose undoing has not ended: they can no longer be confirmed, but are not settled. */
    private function settling(array $known): array
    {
        $now = $this->status['now'] ?? 0;
        $listed = array_column($this->status['pending'] ?? [], 'id');
        $isSettling = fn (array $entry) => $entry['outcome'] === 'pending' && $entry['at'] > $now - self::STALE
            && !in_array($entry['id'], $listed, true);
        return array_map(fn (array $entry) => [
            'id' => $entry['id'],
            'owner' => $entry['owner'],
            'since' => $entry['at'],
            'deadline' => $now,
            'seconds_left' => 0,
        ], array_values(array_filter($known, $isSettling)));
    }

    /** Why it ended as it did, what was left as others had it, and what else is worth knowing; one line each. */
    private function details(array $entry): array
    {
        $lines = [$entry['reason'] ?? ''];
        foreach ($entry['left'] ?? [] as $left) {
            $lines[] = is_array($left)
                ? sprintf('%s %s: %s', $left['where'] ?? '', $left['object'] ?? '', $left['message'] ?? '')
                : (string)$left;
        }
        foreach ($entry['notes'] ?? [] as $note) {
            $lines[] = is_array($note) ? (string)($note['message'] ?? '') : (string)$note;
        }
        $lines[] = $entry['peer']['message'] ?? '';
        return array_values(array_filter(array_map('strval', $lines), fn (string $line) => $line !== ''));
    }

    /** @return string running, stopped although it should run, or off */
    private function dhcp(): string
    {
        $health = $this->status['dhcpd_health'] ?? [];
        if (empty($health['expected'])) {
            return 'off';
        }
        return empty($health['running']) ? 'stopped' : 'running';
    }

    private function name(string $id): string
    {
        $descr = $this->names[$id] ?? '';
        return $descr === '' ? strtoupper($id) : $descr;
    }
}
