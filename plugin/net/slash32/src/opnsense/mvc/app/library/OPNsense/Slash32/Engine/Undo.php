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
use OPNsense\Slash32\Pair\Debt;
use OPNsense\Slash32\Pair\Debts;
use OPNsense\Slash32\Pair\Peer;

/**
 * Puts back what one apply changed. It may be cut off at any point and be run again: what is already back is left as it
 * is, and what still has to be reloaded is noted before config.xml is saved. Call under the engine lock.
 */
final class Undo
{
    /** Before the second try of a reload, in seconds; twice as long before each further one. */
    private const PAUSE = 10.0;
    public const LONGEST_PAUSE = 60.0;

    public function __construct(
        private readonly Paths $paths,
        private readonly Clock $clock,
        private readonly Store $store,
        private readonly Records $records,
        private readonly History $history,
        private readonly Surroundings $surroundings,
        private readonly AfterUndo $after,
        private readonly OpenConnections $connections,
        private readonly Debts $debts
    ) {
    }

    /**
     * @param string $outcome how it ends: rolled_back, expired, restored or rebooted; one that was begun before stays
     * @param string $reason for people; may be ''
     * @param bool $reload false while the firewall boots: the services start after this anyway
     * @return array left, revision, reason and problem: what has yet to be reloaded and is tried again, or ''
     */
    public function run(Record $record, string $outcome, string $reason, bool $reload = true): array
    {
        $this->records->makeRoom($record->id);
        if (!$record->isBack()) {
            $record = $this->putBack($record, $outcome, $reason);
        }
        $problems = $reload ? $this->after->run($record) : [];
        Steps::at('undo reloaded', $this->paths);
        if ($problems !== []) {
            return $this->postpone($record, $problems);
        }
        $notes = $reload ? Cut::afterUndo($record, $this->connections) : [];
        return $this->finish($record->with(['notes' => array_merge($record->notes, $notes)]));
    }

    /** @return Record one that says that config.xml is back */
    private function putBack(Record $record, string $outcome, string $reason): Record
    {
        if ($this->store->mend($this->records->config($record->id, 'before'))) {
            $this->log()->error('config.xml was cut off and is now as it was before change ' . $record->id . '.');
        }
        $this->surroundings->collect();
        $root = $this->store->lock();
        try {
            $before = $this->store->bytes();
            $foreign = Cut::isForeign($record, $root);
            [$ending, $save, $claimed] = $this->plan($root, $record, $outcome, $reason);
            // a second try finds what the first one has put back already
            $ending += ['foreign' => $foreign];
            $record = $record->with(['state' => Record::RESTORING, 'ending' => $ending]);
            $this->note($record);
            Steps::at('undo recorded', $this->paths);
        } catch (\Throwable $e) {
            $this->store->unlock();
            throw $e;
        }
        if ($save) {
            $message = sprintf('slash32: undid change %s of %s', $record->id, $record->owner);
            $this->store->save('(slash32)', $message, $before);
        } else {
            $this->store->unlock();
        }
        Steps::at('undo saved', $this->paths);
        foreach ((new OtherChanges($this->records))->afterUndoOf($record, $claimed) as $other) {
            $this->note($other);
        }
        $record = $record->with(['ending' => ['back' => true] + $ending]);
        $this->note($record);
        return $record;
    }

    /** @return array the ending, whether there is anything to save, and the changes that others claim */
    private function plan(\SimpleXMLElement $root, Record $record, string $outcome, string $reason): array
    {
        $ending = $record->ending ?? [
            'outcome' => $outcome,
            'reason' => $reason,
            'left' => [],
            'reload' => [],
        ];
        $ending = ['back' => false, 'since' => $this->clock->steady(), 'tries' => 0, 'next' => 0.0] + $ending;
        $isBefore = $this->store->revision() === $record->revisionBefore;
        if ($this->records->wasPutBackAtBoot($record->id) || ($record->state === Record::SAVING && $isBefore)) {
            return [$ending, false, []];
        }
        $restored = Restorer::restore($root, $record->changes, $this->surroundings->context($root, null));
        $ending['reload'] = Reloader::ordered(array_merge($ending['reload'], $restored->reload));
        if (ModelStamp::isNeeded($restored->reload)) {
            ModelStamp::renew($root);
        }
        if ($restored->restored > 0 || $record->ending === null) {
            $ending['left'] = $restored->left;
        }
        return [$ending, $restored->restored > 0, $restored->claimed];
    }

    /** Leaves the record for another try at what did not reload. */
    private function postpone(Record $record, array $problems): array
    {
        $names = array_keys($problems);
        if (isset($problems['dhcpd']) && in_array('neighbours', $record->ending['reload'], true)) {
            // with static ARP, a restart of dhcpd wants the neighbours set again
            $names[] = 'neighbours';
        }
        $names = Reloader::ordered($names);
        $tries = $record->ending['tries'] + 1;
        $ending = [
            'reload' => $names,
            'tries' => $tries,
            'next' => $this->clock->steady() + min(self::PAUSE * 2 ** min($tries - 1, 8), self::LONGEST_PAUSE),
        ] + $record->ending;
        $this->note($record->with(['ending' => $ending]));
        $problem = sprintf(
            'config.xml is back as it was before change %s, but not everything was reloaded yet: %s. It is tried again by '
            . 'itself until it succeeds. %s',
            $record->id,
            implode(', ', $names),
            implode(' ', $problems)
        );
        $this->log()->error($problem);
        $this->try(fn () => $this->history->put($record->id, HistoryEntry::of($record) + [
            'outcome' => $ending['outcome'],
            'reason' => trim($ending['reason'] . ' ' . $problem),
            'left' => array_slice($ending['left'], 0, 50),
            'notes' => $record->notes,
        ]));
        return [
            'left' => $ending['left'],
            'revision' => $this->store->revision(),
            'reason' => trim($ending['reason'] . ' ' . $problem),
            'problem' => $problem,
        ];
    }

    private function finish(Record $record): array
    {
        $ending = $record->ending;
        $revision = $this->store->revision();
        $entry = HistoryEntry::of($record) + [
            'outcome' => $ending['outcome'],
            'ended' => $this->clock->wall(),
            'revision_undone' => $revision,
            'reason' => $ending['reason'],
            'left' => array_slice($ending['left'], 0, 50),
            'notes' => array_merge($record->notes, $ending['tries'] === 0 ? [] : [
                sprintf('Its undoing was reloaded at try %d.', $ending['tries'] + 1),
            ]),
        ];
        $isTold = $this->try(fn () => $this->history->put($record->id, $entry));
        // somebody may have synchronised while it waited
        if ($record->pushed || Peer::address($this->store->peek()) !== null) {
            $this->try(fn () => $this->debts->owe($record->id, $record->owner, Debt::UNDONE));
        }
        $this->try(fn () => $this->records->settle($record->id));
        $this->records->delete($record->id);
        if (!$isTold) {
            // the files that are gone now may have made the room for it
            $this->try(fn () => $this->history->put($record->id, $entry));
        }
        $this->log()->warning(sprintf(
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
        return ['left' => $ending['left'], 'revision' => $revision, 'reason' => $ending['reason'], 'problem' => ''];
    }

    /** Undoing matters more than the note of it. */
    private function note(Record $record): void
    {
        $this->try(fn () => $this->records->write($record));
    }

    private function try(\Closure $work): bool
    {
        try {
            $work();
            return true;
        } catch (\Throwable $e) {
            $this->log()->error('Undoing goes on without a note of it: ' . $e->getMessage());
            return false;
        }
    }

    private function log(): Syslog
    {
        return new Syslog('slash32');
    }
}
