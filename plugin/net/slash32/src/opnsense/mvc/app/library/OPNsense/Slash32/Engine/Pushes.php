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

/**
 * When the peer gets what this firewall has: after a change is final, and again after an unconfirmed one was undone that
 * it got along with another. Call without the engine lock: the peer may take its time.
 */
final class Pushes
{
    private const PATIENCE = 600.0;

    public function __construct(
        private readonly Store $store,
        private readonly Records $records,
        private readonly History $history,
        private readonly EngineLock $lock,
        private readonly Peer $peer
    ) {
    }

    /**
     * @return array|null pushed and message, and notes: unconfirmed changes that went along; null when the settings do
     *     not ask for it
     */
    public function after(string $id): ?array
    {
        if (!Peer::isWanted($this->store->peek())) {
            return null;
        }
        $notes = $this->locked(fn () => $this->mark()) ?? [];
        $peer = $this->peer->push();
        $this->locked(function () use ($id, $peer) {
            $this->mark();
            $this->history->put($id, ['peer' => $peer]);
        });
        return $peer + ['notes' => $notes];
    }

    /** Pushes for what was undone; never throws. */
    public function again(): void
    {
        try {
            $ids = array_values(array_filter($this->records->owed(), fn (string $id) => $this->records->takePush($id)));
            if ($ids === [] || !Peer::isWanted($this->store->peek())) {
                return;
            }
            $peer = $this->peer->push('The change was undone on this firewall, but the peer still has it');
            $this->locked(function () use ($ids, $peer) {
                foreach ($ids as $id) {
                    $notes = $this->history->find($id)['notes'] ?? [];
                    $notes[] = $peer['pushed']
                        ? 'The peer had got it with another push, so this firewall pushed again after undoing it.'
                        : $peer['message'];
                    $this->history->put($id, ['peer' => $peer, 'notes' => $notes]);
                }
            });
        } catch (\Throwable $e) {
            (new Syslog('slash32'))->error('The peer may still have a change that was undone: ' . $e->getMessage());
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
            $notes[] = sprintf(
                'The peer also got change %s of %s, which nobody has confirmed yet; if it is undone, this firewall pushes '
                . 'again.',
                $record->id,
                $record->owner
            );
        }
        return $notes;
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
