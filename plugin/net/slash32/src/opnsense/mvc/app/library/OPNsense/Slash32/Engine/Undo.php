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

use OPNsense\Core\Syslog;
use OPNsense\Slash32\Edit\Restorer;

/**
 * Puts back what one apply changed. It may be cut off at any point and be run again: what is already back is left as it
 * is, and what still has to be reloaded is noted before config.xml is saved. Call under the engine lock.
 */
final class Undo
{
    public function __construct(
        private readonly Paths $paths,
        private readonly Clock $clock,
        private readonly Store $store,
        private readonly Records $records,
        private readonly History $history,
        private readonly Surroundings $surroundings,
        private readonly Reloader $reloader
    ) {
    }

    /**
     * @param string $outcome how it ends: rolled_back, expired, restored or rebooted; one that was begun before stays
     * @param string $reason for people; may be ''
     * @param bool $reload false while the firewall boots: the services start after this anyway
     * @return array left, revision and reason
     */
    public function run(Record $record, string $outcome, string $reason, bool $reload = true): array
    {
        $this->surroundings->collect();
        $root = $this->store->lock();
        try {
            [$ending, $dhcpd, $save] = $this->plan($root, $record, $outcome, $reason);
            $this->records->write($record->with(['state' => Record::RESTORING, 'ending' => $ending]));
            Steps::at('undo recorded', $this->paths);
        } catch (\Throwable $e) {
            $this->store->unlock();
            throw $e;
        }
        $saved = $this->clock->wall();
        if ($save) {
            $this->store->save('(slash32)', sprintf('slash32: undid change %s of %s', $record->id, $record->owner));
        } else {
            $this->store->unlock();
        }
        Steps::at('undo saved', $this->paths);
        $notes = $reload ? $this->reload($ending['reload'], $dhcpd, $saved) : [];
        Steps::at('undo reloaded', $this->paths);
        return $this->finish($record, $ending, $notes);
    }

    /** @return array the ending, what dhcpd should be afterwards, and whether there is anything to save */
    private function plan(\SimpleXMLElement $root, Record $record, string $outcome, string $reason): array
    {
        $ending = $record->ending ?? ['outcome' => $outcome, 'reason' => $reason, 'left' => [], 'reload' => []];
        $isBefore = $this->store->revision() === $record->revisionBefore;
        if ($this->records->wasPutBackAtBoot($record->id) || ($record->state === Record::SAVING && $isBefore)) {
            return [$ending, ['expected' => false, 'reservations' => []], false];
        }
        $restored = Restorer::restore($root, $record->changes, $this->surroundings->context($root, null));
        $ending['reload'] = Reloader::ordered(array_merge($ending['reload'], $restored->reload));
        if (ModelStamp::isNeeded($restored->reload)) {
            ModelStamp::renew($root);
        }
        if ($restored->restored > 0 || $record->ending === null) {
            $ending['left'] = $restored->left;
        }
        $dhcpd = ['expected' => $restored->dhcpdExpected, 'reservations' => $restored->expected];
        return [$ending, $dhcpd, $restored->restored > 0];
    }

    private function reload(array $names, array $dhcpd, int $saved): array
    {
        $health = new Health($this->paths);
        $notes = $this->reloader->reload($names, $dhcpd['expected']);
        if (in_array('dhcpd', $names, true)) {
            $problem = $health->problem($dhcpd['expected'], $dhcpd['reservations'], $saved);
            if ($problem !== '') {
                $notes[] = 'After the change was undone: ' . $problem;
            }
        }
        return $notes;
    }

    private function finish(Record $record, array $ending, array $notes): array
    {
        $revision = $this->store->revision();
        $this->history->put($record->id, HistoryEntry::of($record) + [
            'outcome' => $ending['outcome'],
            'ended' => $this->clock->wall(),
            'revision_undone' => $revision,
            'reason' => $ending['reason'],
            'left' => array_slice($ending['left'], 0, 50),
            'notes' => array_merge($record->notes, $notes),
        ]);
        $this->records->delete($record->id);
        (new Syslog('slash32'))->warning(sprintf(
            'Change %s of %s was undone (%s). %s%s',
            $record->id,
            $record->owner,
            $ending['outcome'],
            $ending['reason'],
            $ending['left'] === [] ? '' : sprintf(
                ' %d entries were changed by others meanwhile and were left as they are.',
                count($ending['left'])
            )
        ));
        return ['left' => $ending['left'], 'revision' => $revision, 'reason' => $ending['reason']];
    }
}
