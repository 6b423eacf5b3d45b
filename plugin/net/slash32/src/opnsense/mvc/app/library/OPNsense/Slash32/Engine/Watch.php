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
use OPNsense\Slash32\Pair\Debts;

/**
 * The process that rolls back what nobody confirms. It looks once a second, and leaves only when it holds the engine
 * lock and nothing waits: an apply under way cannot lose it.
 */
final class Watch
{
    /** How long the engine may be held beyond the time to confirm before its holder counts as hung, in seconds. */
    private const GRACE = 60.0;

    public function __construct(
        private readonly Paths $paths,
        private readonly Clock $clock,
        private readonly Records $records,
        private readonly EngineLock $lock,
        private readonly Settle $settle,
        private readonly Debts $debts,
        private readonly Backend $backend
    ) {
    }

    /** Returns when nothing is left to watch, or at once when another watch process lives. */
    public function run(): void
    {
        $handle = EngineLock::open($this->paths->watchLock());
        if (!flock($handle, LOCK_EX | LOCK_NB)) {
            return;
        }
        do {
            $isDone = $this->look();
            if ($this->debts->isAnyDue()) {
                // a peer that does not answer must not hold up this process
                $this->backend->configdRun('slash32 settle', true);
            }
            $isDone || usleep(500000);
        } while (!$isDone);
        fclose($handle);
    }

    /** @return bool whether nothing is left to watch */
    private function look(): bool
    {
        if (!$this->lock->acquire(0)) {
            $this->killIfHung();
            return false;
        }
        try {
            $this->settle->run();
            $this->settle->retry();
            return $this->records->all() === [];
        } catch (\Throwable $e) {
            (new Syslog('slash32'))->error('The watch process could not roll back yet and tries again: ' . $e->getMessage());
            usleep(2000000);
            return false;
        } finally {
            $this->lock->release();
        }
    }

    private function killIfHung(): void
    {
        foreach ($this->records->all() as $record) {
            $why = $this->hanging($record);
            $holder = $why === '' ? 0 : $this->lock->holder();
            if ($holder > 1 && $holder !== getmypid()) {
                (new Syslog('slash32'))->error(sprintf(
                    'Process %d holds the engine, and %s; it is ended so that the change can be rolled back.',
                    $holder,
                    $why
                ));
                Process::signal($holder, 'KILL');
                return;
            }
        }
    }

    /** Why whoever holds the engine has to go because of this record, or ''. A slow reload is no reason. */
    private function hanging(Record $record): string
    {
        if ($record->state === Record::PENDING) {
            return $record->overdue($this->clock) <= self::GRACE ? '' : sprintf(
                'change %s should have been confirmed more than a minute ago',
                $record->id
            );
        }
        $since = $record->ending['since'] ?? $record->started;
        $isHung = !$record->isBack() && $this->clock->steady() - $since > Reloader::LONGEST;
        return !$isHung ? '' : sprintf(
            'change %s has been %s for a quarter of an hour',
            $record->id,
            $record->state === Record::SAVING ? 'under way' : 'in undoing'
        );
    }
}
