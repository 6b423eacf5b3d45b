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
use OPNsense\Slash32\Pair\Debt;
use OPNsense\Slash32\Pair\Debts;
use OPNsense\Slash32\Pair\Peer;
use OPNsense\Slash32\Pair\Unwatched;

/**
 * Ends a change that waits, by the word of its owner (who shows the token) or of somebody at the GUI. Call under the
 * engine lock, with nothing left to settle.
 */
final class Ending
{
    public function __construct(
        private readonly Paths $paths,
        private readonly Clock $clock,
        private readonly Store $store,
        private readonly Records $records,
        private readonly History $history,
        private readonly Debts $debts,
        private readonly Unwatched $unwatched,
        private readonly Undo $undo
    ) {
    }

    /**
     * @param string $verb confirm or rollback
     * @return array the answer, without what a push to the peer adds
     */
    public function byToken(string $verb, string $owner, string $token): array
    {
        $hash = hash('sha256', $token);
        $id = substr($hash, 0, 16);
        $record = $this->records->find($id);
        if ($record !== null && !hash_equals($record->tokenHash, $hash)) {
            return ['result' => 'unknown'];
        }
        $named = $record?->owner ?? $this->history->find($id)['owner'] ?? null;
        if ($named !== null && $named !== $owner) {
            return ['result' => 'refused', 'code' => 'owner', 'errors' => [[
                'where' => 'owner',
                'object' => $owner,
                'message' => 'The change with this token belongs to another owner. Nothing was changed.',
            ]]];
        }
        return $this->end($verb, $id, $record, $owner);
    }

    /** The same for somebody who sees the change in the GUI and need not know its token. */
    public function byId(string $verb, string $id, string $user): array
    {
        return $this->end($verb, $id, $this->records->find($id), $user);
    }

    private function end(string $verb, string $id, ?Record $record, string $who): array
    {
        if ($record === null) {
            return $this->ended($id) ?? $this->fromOther($verb, $id, $who);
        }
        if ($verb === 'rollback') {
            $undone = $this->undo->run($record, 'rolled_back', sprintf('%s asked for it.', $who));
            if ($undone['problem'] !== '') {
                return ['result' => 'failed', 'message' => $undone['problem']];
            }
            return ['result' => 'rolled_back', 'left' => $undone['left'], 'revision' => $undone['revision']];
        }
        if ($record->state !== Record::PENDING) {
            return self::over($record->ending ?? ['outcome' => 'restored']);
        }
        if (Peer::isWanted($this->store->peek())) {
            $this->debts->owe($id, $record->owner, Debt::KEPT);
        }
        $this->records->settle($id);
        Steps::at('confirm settled', $this->paths);
        try {
            $this->history->put($id, HistoryEntry::of($record) + [
                'outcome' => 'confirmed',
                'ended' => $this->clock->wall(),
                'notes' => $record->notes,
            ]);
            $this->records->delete($id);
        } catch (Failure $e) {
            // it is kept all the same: the next call writes this
            $this->records->makeRoom($id);
            (new Syslog('slash32'))->error($e->getMessage());
        }
        return ['result' => 'confirmed', 'peer' => null];
    }

    private function ended(string $id): ?array
    {
        $entry = $this->history->find($id);
        return $entry === null ? null : self::over($entry);
    }

    /** One that came from the other node of a pair unconfirmed can be kept here, but nothing here could undo it. */
    private function fromOther(string $verb, string $id, string $who): array
    {
        $root = $this->store->peek();
        foreach ($this->unwatched->all($root) as $change) {
            if ($change['id'] !== $id) {
                continue;
            }
            if ($verb === 'rollback') {
                return ['result' => 'failed', 'message' => sprintf(
                    'Change %s of %s was made on the other firewall of the pair and came here by a synchronisation. What was before it is '
                    . 'known there only, so it cannot be undone here: nothing was changed. Have slash32 apply what you want instead.',
                    $id,
                    $change['owner']
                )];
            }
            $this->history->put($id, [
                'owner' => $change['owner'],
                'at' => $this->clock->wall(),
                'user' => $who,
                'host' => '',
                'summary' => 'a change made on the other firewall of the pair',
                'revision_before' => '',
                'revision_after' => '',
                'outcome' => 'confirmed',
                'ended' => $this->clock->wall(),
                'notes' => ['It came here by a synchronisation before anybody had confirmed it.'],
            ]);
            return ['result' => 'confirmed', 'peer' => null];
        }
        return ['result' => 'unknown'];
    }

    private static function over(array $ending): array
    {
        if ($ending['outcome'] === 'expired') {
            return ['result' => 'expired', 'left' => $ending['left'] ?? []];
        }
        return ['result' => 'already', 'outcome' => $ending['outcome']];
    }
}
