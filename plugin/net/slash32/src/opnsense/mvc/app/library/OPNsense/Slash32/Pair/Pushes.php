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

namespace OPNsense\Slash32\Pair;

use OPNsense\Core\Syslog;
use OPNsense\Slash32\Engine\EngineLock;
use OPNsense\Slash32\Engine\Failure;
use OPNsense\Slash32\Engine\History;
use OPNsense\Slash32\Engine\Paths;
use OPNsense\Slash32\Engine\Record;
use OPNsense\Slash32\Engine\Records;
use OPNsense\Slash32\Engine\Store;

/**
 * Pays what this node owes its peer: after a change is final, and after one was undone that the peer may have. Call
 * without the engine lock.
 */
final class Pushes
{
    private const PATIENCE = 600.0;
    /** How long a confirmation waits to see what the peer does, in seconds. The push goes on without it. */
    private const GLANCE = 5.0;
    /** Pushes of one process: what became due meanwhile is paid too. */
    private const ROUNDS = 3;
    private const ALONG = 'The peer also got change %s of %s, which nobody has confirmed yet; if it is undone, this firewall pushes '
        . 'again.';

    public function __construct(
        private readonly Paths $paths,
        private readonly Store $store,
        private readonly Records $records,
        private readonly History $history,
        private readonly EngineLock $lock,
        private readonly Debts $debts,
        private readonly Handover $handover
    ) {
    }

    /**
     * Looks for a moment what comes of the push of a change that is final. Another process makes it.
     * @return array|null as Outcome::toArray(), with notes; null when nothing is owed for it
     */
    public function glance(string $id): ?array
    {
        $debt = $this->debts->find($id);
        if ($debt === null) {
            return null;
        }
        $end = hrtime(true) + (int)(self::GLANCE * 1e9);
        do {
            $now = $this->debts->find($id);
            if ($now === null || $now->tries > $debt->tries) {
                $entry = $this->history->find($id);
                return ($entry['peer'] ?? (new Outcome(Outcome::OPEN, $now->message ?? ''))->toArray())
                    + ['notes' => self::alongNotes($entry['notes'] ?? [])];
            }
            usleep(50000);
        } while (hrtime(true) < $end);
        $open = new Outcome(Outcome::OPEN, 'The peer has not answered yet. What it did will stand in the history of this firewall.');
        return $open->toArray() + ['notes' => []];
    }

    /** Pays what is due; never throws. A process that finds another one at it leaves it to that. */
    public function pay(): void
    {
        if (!$this->debts->isAnyDue()) {
            return;
        }
        $handle = EngineLock::open($this->paths->pushLock());
        if (!flock($handle, LOCK_EX | LOCK_NB)) {
            fclose($handle);
            return;
        }
        try {
            for ($round = 0; $round < self::ROUNDS && $this->debts->isAnyDue(); $round++) {
                $this->round();
            }
        } catch (\Throwable $e) {
            (new Syslog('slash32'))->error('The peer may not have what stands here: ' . $e->getMessage());
        } finally {
            fclose($handle);
        }
    }

    /** One push pays all that was owed before it began. */
    private function round(): void
    {
        // under the lock: a debt is noted a moment before its change is final
        [$debts, $notes] = $this->locked(fn () => [$this->payable(), $this->mark()]) ?? [[], []];
        if ($debts === []) {
            return;
        }
        $root = $this->store->peek();
        if (!Peer::isWanted($root)) {
            $this->warn($debts, $this->handover->compare());
            return;
        }
        $outcome = $this->handover->run();
        $this->locked(function () use ($debts, $outcome, $notes) {
            $this->mark();
            $this->tell($debts, $outcome, $notes);
        });
    }

    /** @return Debt[] those of changes that are over */
    private function payable(): array
    {
        return array_values(array_filter(
            $this->debts->all(),
            fn (Debt $debt) => $debt->what === Debt::UNDONE || $this->records->find($debt->id) === null
        ));
    }

    /**
     * Where this node is not to push, what was undone can only be told: somebody may have synchronised while it waited.
     * @param Debt[] $debts
     */
    private function warn(array $debts, Outcome $outcome): void
    {
        $this->locked(function () use ($debts, $outcome) {
            foreach ($debts as $debt) {
                $entry = $this->history->find($debt->id);
                if ($entry !== null && $debt->what === Debt::UNDONE && !$outcome->isDone()) {
                    $this->history->put($debt->id, ['notes' => [...($entry['notes'] ?? []), $outcome->message]]);
                }
                $this->debts->settle($debt->id);
            }
        });
    }

    /** @param Debt[] $debts */
    private function tell(array $debts, Outcome $outcome, array $notes): void
    {
        foreach ($debts as $debt) {
            $entry = $this->history->find($debt->id);
            if ($entry !== null) {
                $undone = $debt->what === Debt::UNDONE && $outcome->isDone()
                    ? ['The peer may have had it, so this firewall pushed again after undoing it.'] : [];
                $known = array_values(array_unique([...($entry['notes'] ?? []), ...$notes, ...$undone]));
                $this->history->put($debt->id, ['peer' => $outcome->toArray(), 'notes' => $known]);
            }
            if ($outcome->isDone()) {
                $this->debts->settle($debt->id);
            } else {
                $this->debts->postpone($debt, $outcome->code, $outcome->message);
            }
        }
        if (!$outcome->isDone()) {
            (new Syslog('slash32'))->error('The peer was not seen to take what stands here: ' . $outcome->message);
        }
    }

    /** Remembers which unconfirmed changes go along. */
    private function mark(): array
    {
        $notes = [];
        foreach ($this->records->all() as $record) {
            if ($record->state !== Record::PENDING) {
                continue;
            }
            $this->records->write($record->with(['pushed' => true]));
            $notes[] = sprintf(self::ALONG, $record->id, $record->owner);
        }
        return $notes;
    }

    private static function alongNotes(array $notes): array
    {
        return array_values(array_filter($notes, fn (string $note) => str_starts_with($note, 'The peer also got change')));
    }

    private function locked(\Closure $work): mixed
    {
        if (!$this->lock->acquire(self::PATIENCE)) {
            return null;
        }
        try {
            return $work();
        } catch (Failure $e) {
            (new Syslog('slash32'))->error($e->getMessage());
            return null;
        } finally {
            $this->lock->release();
        }
    }
}
