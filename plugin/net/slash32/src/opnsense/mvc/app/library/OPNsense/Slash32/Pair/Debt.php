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

/**
 * A change that the peer has not taken, or of which nobody has seen that it did. A value.
 */
final class Debt
{
    public const KEPT = 'kept';
    public const UNDONE = 'undone';

    /**
     * @param string $what whether the change was kept or undone here
     * @param int $since wall clock
     * @param int $tries how often it was pushed in vain
     * @param int $next wall clock before which it is not tried again
     */
    public function __construct(
        public readonly string $id,
        public readonly string $owner,
        public readonly string $what,
        public readonly int $since,
        public readonly int $tries = 0,
        public readonly int $next = 0,
        public readonly string $code = 'open',
        public readonly string $message = ''
    ) {
    }

    /** The same after one more try that did not succeed. */
    public function failed(string $code, string $message, int $next): self
    {
        return new self($this->id, $this->owner, $this->what, $this->since, $this->tries + 1, $next, $code, $message);
    }

    /** As state/get tells it. */
    public function told(): array
    {
        return array_diff_key(get_object_vars($this), ['tries' => 0, 'next' => 0]);
    }

    /** A debt of os-slash32 1.4, an empty file, is that of a change that was undone. */
    public static function parse(string $id, string $text, int $now): self
    {
        $fields = json_decode($text, true);
        try {
            return new self(...(is_array($fields) ? ['id' => $id] + $fields : throw new \TypeError()));
        } catch (\Error $e) {
            return new self($id, '', self::UNDONE, $now);
        }
    }
}
