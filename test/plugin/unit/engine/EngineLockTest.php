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

namespace Slash32Test\Engine;

use OPNsense\Slash32\Engine\Command;
use OPNsense\Slash32\Engine\EngineLock;

require_once __DIR__ . '/BoxCase.php';

final class EngineLockTest extends BoxCase
{
    public function testIsHeldByOneAtATimeAndSaysByWhom(): void
    {
        $one = new EngineLock($this->paths);
        $other = new EngineLock($this->paths);
        self::assertSame(0, $other->holder());
        self::assertTrue($one->acquire(0));
        self::assertTrue($one->acquire(0), 'the holder may ask again');
        self::assertFalse($other->acquire(0.05));
        self::assertSame(getmypid(), $other->holder());
        $one->release();
        self::assertTrue($other->acquire(0));
        $other->release();
    }

    public function testIsNotHandedDownToAProcessThatOutlivesTheHolder(): void
    {
        $lock = new EngineLock($this->paths);
        $lock->acquire(0);
        $pid = (int)Command::run(['/bin/sh', '-c', 'sleep 30 > /dev/null 2>&1 & echo $!'])['lines'][0];
        try {
            unset($lock);
            gc_collect_cycles();
            self::assertTrue((new EngineLock($this->paths))->acquire(0));
        } finally {
            posix_kill($pid, 9);
        }
    }

    public function testIsAFileForRootOnly(): void
    {
        (new EngineLock($this->paths))->acquire(0);
        self::assertSame(0600, fileperms($this->paths->engineLock()) & 0777);
    }
}
