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
 * Lets applies, confirms and rollbacks go one after the other. Holds until released or until the process ends, however
 * it ends: the kernel drops it. The handle is closed on exec, or a child would go on holding it.
 */
final class EngineLock
{
    /** @var resource|null */
    private $handle = null;

    public function __construct(private readonly Paths $paths)
    {
    }

    /**
     * @param float $seconds how long to wait for the lock
     * @return bool whether it is ours now
     */
    public function acquire(float $seconds): bool
    {
        if ($this->handle !== null) {
            return true;
        }
        $handle = self::open($this->paths->engineLock());
        $end = hrtime(true) + (int)($seconds * 1e9);
        while (!flock($handle, LOCK_EX | LOCK_NB)) {
            if (hrtime(true) >= $end) {
                fclose($handle);
                return false;
            }
            usleep(random_int(10000, 40000));
        }
        ftruncate($handle, 0);
        fwrite($handle, (string)getmypid());
        fflush($handle);
        $this->handle = $handle;
        return true;
    }

    public function release(): void
    {
        if ($this->handle === null) {
            return;
        }
        ftruncate($this->handle, 0);
        flock($this->handle, LOCK_UN);
        fclose($this->handle);
        $this->handle = null;
    }

    /** The process that holds the lock now, or 0. */
    public function holder(): int
    {
        $handle = self::open($this->paths->engineLock());
        $free = flock($handle, LOCK_EX | LOCK_NB);
        $pid = $free ? 0 : (int)stream_get_contents($handle, -1, 0);
        fclose($handle);
        return $pid;
    }

    /** @return resource a file to lock, which only root may open */
    public static function open(string $file)
    {
        $before = umask(0077);
        try {
            $handle = @fopen($file, 'c+e');
        } finally {
            umask($before);
        }
        if ($handle === false) {
            throw new Failure(sprintf('The lock file %s could not be opened.', $file));
        }
        return $handle;
    }
}
