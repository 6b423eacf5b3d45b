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

use OPNsense\Slash32\Engine\Clock;
use OPNsense\Slash32\Engine\Json;
use OPNsense\Slash32\Engine\Paths;
use OPNsense\Slash32\Engine\SafeFile;

/**
 * What this node owes its peer, one file `ID.due` for each change in /conf/slash32. A debt is written before the change
 * it speaks of is final, and goes when the peer was seen to have what stands here.
 */
final class Debts
{
    /** Seconds before the second try; twice as long before each further one. */
    private const PAUSE = 15;
    private const LONGEST_PAUSE = 600;

    public function __construct(private readonly Paths $paths, private readonly Clock $clock)
    {
    }

    /** @return Debt[] oldest first */
    public function all(): array
    {
        $found = [];
        foreach (glob($this->paths->state() . '/*.due') ?: [] as $file) {
            $text = @file_get_contents($file);
            if ($text !== false) {
                $found[] = Debt::parse(basename($file, '.due'), $text, (int)@filemtime($file));
            }
        }
        usort($found, fn (Debt $one, Debt $other) => [$one->since, $one->id] <=> [$other->since, $other->id]);
        return $found;
    }

    public function find(string $id): ?Debt
    {
        foreach ($this->all() as $debt) {
            if ($debt->id === $id) {
                return $debt;
            }
        }
        return null;
    }

    public function isAnyDue(): bool
    {
        $now = $this->clock->wall();
        foreach ($this->all() as $debt) {
            // a wall clock that was set back must not put it off for long
            if ($debt->next <= $now || $debt->next > $now + self::LONGEST_PAUSE) {
                return true;
            }
        }
        return false;
    }

    public function owe(string $id, string $owner, string $what): void
    {
        $this->write(new Debt($id, $owner, $what, $this->clock->wall()));
    }

    /** Puts it off: the peer did not take it. */
    public function postpone(Debt $debt, string $code, string $message): void
    {
        $pause = min(self::PAUSE * 2 ** min($debt->tries, 8), self::LONGEST_PAUSE);
        $this->write($debt->failed($code, $message, $this->clock->wall() + $pause));
    }

    public function settle(string $id): void
    {
        @unlink($this->file($id));
    }

    private function write(Debt $debt): void
    {
        SafeFile::directory($this->paths->state());
        SafeFile::write($this->file($debt->id), Json::encode(array_diff_key(get_object_vars($debt), ['id' => 0])));
    }

    private function file(string $id): string
    {
        return sprintf('%s/%s.due', $this->paths->state(), $id);
    }
}
