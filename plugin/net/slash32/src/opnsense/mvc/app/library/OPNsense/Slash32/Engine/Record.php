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
 * One change that is not settled yet: what is needed to undo it, and until when it may be confirmed. A value; each
 * change of it is a new one.
 */
final class Record
{
    /** The change is being written; if the process is gone, nobody knows how far it came. */
    public const SAVING = 'saving';
    /** Saved, reloaded or being reloaded, and waiting to be confirmed. */
    public const PENDING = 'pending';
    /** Being undone; `ending` says as what. */
    public const RESTORING = 'restoring';

    /**
     * @param string $tokenHash SHA-256 of the caller's token; the token itself is never kept
     * @param int $at wall clock of the start, for people
     * @param float $started steady clock from which `seconds` counts
     * @param array $changes what the apply wrote, node by node, as Edit\Restorer takes it
     * @param array|null $ending an undoing that has begun: outcome, reason, left, reload (what has yet to be reloaded),
     *     back (whether config.xml is done), since, tries and next (steady clock) of the reload
     * @param bool $pushed whether the peer got it with somebody else's push
     * @param array|null $cut what ends with an undoing: ways (family => rows), and policy, the hash of what decided about packets after
     *     the change
     * @param string[] $dormant interfaces on which it put static ARP in force that was set before
     */
    public function __construct(
        public readonly string $id,
        public readonly string $tokenHash,
        public readonly string $owner,
        public readonly string $user,
        public readonly string $host,
        public readonly string $state,
        public readonly int $at,
        public readonly float $started,
        public readonly int $deadline,
        public readonly int $seconds,
        public readonly string $revisionBefore,
        public readonly string $revisionAfter,
        public readonly array $changes,
        public readonly array $changed,
        public readonly array $notes,
        public readonly ?array $ending,
        public readonly bool $pushed = false,
        public readonly array $dormant = [],
        public readonly ?array $cut = null
    ) {
    }

    /** @param array $fields names of properties with their new values */
    public function with(array $fields): self
    {
        return new self(...array_merge(get_object_vars($this), $fields));
    }

    public function toArray(): array
    {
        return get_object_vars($this);
    }

    /** @throws Failure when it is not the text of a record */
    public static function parse(string $text): self
    {
        $fields = json_decode($text, true);
        if (!is_array($fields)) {
            throw new Failure('It is not JSON.');
        }
        try {
            return new self(...$fields);
        } catch (\Error $e) {
            throw new Failure('A field is missing or of the wrong kind.');
        }
    }

    /** Seconds in which it can still be confirmed. A steady clock that went back means another boot: none. */
    public function secondsLeft(Clock $clock): float
    {
        $passed = $clock->steady() - $this->started;
        return $passed < 0 ? 0.0 : max(0.0, $this->seconds - $passed);
    }

    /** How long ago the time to confirm it ended, in seconds; negative while it runs. */
    public function overdue(Clock $clock): float
    {
        $passed = $clock->steady() - $this->started;
        return $passed < 0 ? INF : $passed - $this->seconds;
    }

    public function isWaiting(Clock $clock): bool
    {
        return $this->state === self::PENDING && $this->overdue($clock) < 0;
    }

    /** Whether config.xml is as it was before, so that only services have yet to learn of it. */
    public function isBack(): bool
    {
        return $this->state === self::RESTORING && ($this->ending['back'] ?? false) === true;
    }

    /** Whether such a reload may be tried again. */
    public function isDue(Clock $clock): bool
    {
        $wait = ($this->ending['next'] ?? 0.0) - $clock->steady();
        return $wait <= 0 || $wait > Undo::LONGEST_PAUSE;
    }

    /** What others may see of it: never the token's hash, never the values of nodes. */
    public function summary(Clock $clock): array
    {
        return [
            'owner' => $this->owner,
            'id' => $this->id,
            'since' => $this->at,
            'deadline' => $this->deadline,
            'seconds_left' => (int)ceil($this->secondsLeft($clock)),
        ];
    }
}
