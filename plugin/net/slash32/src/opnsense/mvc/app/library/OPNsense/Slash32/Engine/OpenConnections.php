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

namespace OPNsense\Slash32\Engine;

use OPNsense\Core\Backend;
use OPNsense\Core\Syslog;
use OPNsense\Slash32\Check\ClosedStates;
use OPNsense\Slash32\Check\StateRow;
use OPNsense\Slash32\Check\WayMatch;

/**
 * The open connections of the firewall: pf keeps what it once let pass over every reload of its rules. They are listed and
 * ended by OPNsense's own configd actions, each by its id.
 */
final class OpenConnections
{
    /** How often what has come back meanwhile is looked for. */
    private const ROUNDS = 5;
    /** No longer than this, in seconds: the engine is held meanwhile. */
    private const PATIENCE = 120.0;
    /** A longer list would need more memory than PHP is given, in bytes. */
    private const LONGEST = 150000000;

    public function __construct(private readonly Clock $clock, private readonly Backend $backend)
    {
    }

    /** @return array|null rows with id, direction, proto, and addresses and ports; null when there was no answer that can be read */
    public function rows(): ?array
    {
        $answer = (string)$this->backend->configdpRun('filter list states', ['', '', '', '', '']);
        $decoded = strlen($answer) > self::LONGEST ? null : json_decode($answer, true);
        $rows = is_array($decoded) ? $decoded['details'] ?? null : null;
        if (!is_array($rows)) {
            return null;
        }
        $fields = array_flip([
            'id', 'direction', 'proto', 'src_addr', 'src_port', 'dst_addr', 'dst_port', 'nat_addr', 'nat_port',
        ]);
        return array_map(fn (mixed $row) => is_array($row) ? array_intersect_key($row, $fields) : [], $rows);
    }

    /**
     * Ends the open connections of these ways and no others. What was written stands whatever comes of it.
     * @param array $ways family => rows
     * @return string[] what came of it, for people
     */
    public function end(array $ways): array
    {
        $match = new WayMatch($ways);
        if ($match->isEmpty()) {
            return [];
        }
        try {
            return $this->rounds(new ClosedStates($match));
        } catch (\Throwable $e) {
            (new Syslog('slash32'))->error('Open connections could not be ended: ' . $e->getMessage());
            return [self::unknown('it could not be looked at')];
        }
    }

    private function rounds(ClosedStates $closed): array
    {
        $until = $this->clock->steady() + self::PATIENCE;
        $ended = 0;
        for ($round = 0; $round < self::ROUNDS; $round++) {
            $rows = $this->rows();
            if ($rows === null) {
                return [self::unknown('the firewall did not list its states')];
            }
            $states = array_filter(array_map(fn (array $row) => StateRow::read($row), $rows));
            $chosen = $closed->choose($states);
            if ($chosen['ids'] === []) {
                return self::notes($ended, count($rows) - count($states));
            }
            $ended = $round === 0 ? $chosen['connections'] : $ended;
            foreach ($chosen['ids'] as $number => $id) {
                if ($this->clock->steady() > $until) {
                    $left = count($chosen['ids']) - $number;
                    return [sprintf('%d states of what was closed were not ended in time, and go on.', $left)];
                }
                $answer = (string)$this->backend->configdpRun('filter kill state', explode('/', $id));
                if (preg_match('/killed \d+ states?/', $answer) !== 1) {
                    return [self::unknown(sprintf('ending one was answered with "%s"', substr(trim($answer), 0, 80)))];
                }
            }
        }
        return ['Some open connections of what was closed came back each time they were ended, and may go on.'];
    }

    private static function unknown(string $why): string
    {
        return sprintf('Whether the open connections of what was closed have ended is not known: %s.', $why);
    }

    private static function notes(int $ended, int $unread): array
    {
        $notes = [];
        if ($ended > 0) {
            $notes[] = sprintf('Ended %d open connection%s of what was closed.', $ended, $ended === 1 ? '' : 's');
        }
        if ($unread > 0) {
            $notes[] = sprintf('%d state%s of the firewall could not be read, and so go on.', $unread, $unread === 1 ? '' : 's');
        }
        return $notes;
    }
}
