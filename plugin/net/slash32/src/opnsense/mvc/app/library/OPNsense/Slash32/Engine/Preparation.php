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

use OPNsense\Slash32\Edit\Outcome;
use OPNsense\Slash32\Request\ApplyRequest;
use OPNsense\Slash32\Request\Refusal;

/**
 * Sees to it that a change can be undone before it is made.
 */
final class Preparation
{
    /** How many times the size of config.xml an undoing may need: the file, OPNsense's copy of it, and some more. */
    private const COPIES = 3;

    public function __construct(
        private readonly Clock $clock,
        private readonly Records $records,
        private readonly History $history,
        private readonly Watchdog $watchdog
    ) {
    }

    public function record(
        ApplyRequest $request,
        Outcome $outcome,
        string $user,
        string $address,
        string $revision
    ): Record {
        $hash = hash('sha256', $request->token ?? random_bytes(32));
        $now = $this->clock->wall();
        return new Record(
            id: substr($hash, 0, 16),
            tokenHash: $hash,
            owner: $request->owner,
            user: $address === '' ? $user : $user . '@' . $address,
            host: $request->host,
            state: Record::SAVING,
            at: $now,
            started: $this->clock->steady(),
            deadline: $now + $request->confirmSeconds,
            seconds: $request->confirmSeconds,
            revisionBefore: $revision,
            revisionAfter: '',
            changes: $outcome->changes,
            changed: $outcome->changed,
            notes: $outcome->notes,
            ending: null,
            dormant: $outcome->dormant
        );
    }

    /**
     * Everything that an undoing needs lies on the disk before the first byte of config.xml changes.
     * @param string $before the bytes of config.xml
     * @throws Refusal|Failure when nothing was changed
     */
    public function run(Record $record, string $before): void
    {
        if ($this->history->find($record->id) !== null || $this->records->find($record->id) !== null) {
            throw new Refusal('invalid', [[
                'where' => 'token',
                'object' => $record->id,
                'message' => 'This token was used before. Choose a new random one for each apply.',
            ]]);
        }
        if ($record->seconds > 0 && !$this->watchdog->ensure()) {
            throw new Refusal('watchdog', [[
                'where' => 'confirm_seconds',
                'object' => 'slash32 watch',
                'message' => 'The process that would roll the change back did not start within ten seconds. See the log '
                    . 'of configd on the firewall.',
            ]]);
        }
        try {
            $this->records->keepConfig($record->id, 'before', $before);
            $size = self::COPIES * strlen($before) + strlen(Json::encode($record->toArray()));
            $this->records->reserve($record->id, $size);
            $this->records->write($record);
        } catch (Failure $e) {
            $this->records->delete($record->id);
            throw new Failure('There is no room on /conf for what undoing the change would need. ' . $e->getMessage());
        }
    }
}
