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

/**
 * Knows whether the watch process lives, and starts it. The sign of life is the lock that it holds for as long as it
 * lives, which no crash can leave behind.
 */
final class Watchdog
{
    /** How long a start may take, in seconds. */
    private const PATIENCE = 10.0;

    public function __construct(private readonly Paths $paths, private readonly Backend $backend)
    {
    }

    public function isAlive(): bool
    {
        $handle = EngineLock::open($this->paths->watchLock());
        $free = flock($handle, LOCK_EX | LOCK_NB);
        fclose($handle);
        return !$free;
    }

    /** @return bool whether a watch process lives now; it is started through configd when none does */
    public function ensure(): bool
    {
        if ($this->isAlive()) {
            return true;
        }
        $this->backend->configdRun('slash32 watch', false, (int)self::PATIENCE);
        $end = hrtime(true) + (int)(self::PATIENCE * 1e9);
        while (!$this->isAlive()) {
            if (hrtime(true) >= $end) {
                return false;
            }
            usleep(50000);
        }
        return true;
    }
}
