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

/**
 * Undoes what nobody confirmed in time and what a dead process left half done. Call under the engine lock: a record
 * that is being saved then belongs to a process that is gone.
 */
final class Settle
{
    public function __construct(
        private readonly Clock $clock,
        private readonly Records $records,
        private readonly History $history,
        private readonly Undo $undo
    ) {
    }

    /**
     * @return int how many changes were undone
     * @throws \Throwable the first failure, after all the others have been tried
     */
    public function run(): int
    {
        $this->sweep();
        $count = 0;
        $failure = null;
        foreach ($this->records->all() as $record) {
            if ($record->isWaiting($this->clock) || $record->isBack()) {
                continue;
            }
            [$outcome, $reason] = self::why($record);
            try {
                $this->undo->run($record, $outcome, $reason);
                $count++;
            } catch (\Throwable $e) {
                $failure ??= $e;
            }
        }
        if ($failure !== null) {
            throw $failure;
        }
        return $count;
    }

    /** Whether anything is there that run() would undo. */
    public function isNeeded(): bool
    {
        foreach ($this->records->all() as $record) {
            if (!$record->isWaiting($this->clock) && !$record->isBack()) {
                return true;
            }
        }
        return false;
    }

    /** Tries again to reload what did not reload after an undoing, each in its own time. */
    public function retry(): void
    {
        foreach ($this->records->all() as $record) {
            if ($record->isBack() && $record->isDue($this->clock)) {
                $this->undo->run($record, '', '');
            }
        }
    }

    /** Forgets what was settled by a process that ended before it could. */
    public function sweep(): void
    {
        foreach ($this->records->settled() as $record) {
            $known = $this->history->find($record->id);
            if ($record->ending === null && in_array($known['outcome'] ?? 'pending', ['pending'], true)) {
                $this->history->put($record->id, HistoryEntry::of($record) + [
                    'outcome' => HistoryEntry::kept($record),
                    'ended' => $this->clock->wall(),
                    'notes' => $record->notes,
                ]);
            }
            $this->records->delete($record->id);
        }
    }

    private static function why(Record $record): array
    {
        if ($record->state === Record::PENDING) {
            return ['expired', sprintf('Nobody confirmed it within %d seconds.', $record->seconds)];
        }
        return ['restored', 'The process that applied it ended before it was done.'];
    }
}
