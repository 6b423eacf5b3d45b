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

use OPNsense\Slash32\Engine\Failure;
use OPNsense\Slash32\Engine\RequestFile;

require_once __DIR__ . '/BoxCase.php';

final class RequestFileTest extends BoxCase
{
    public function testHandsACallOverOnce(): void
    {
        $file = new RequestFile($this->paths);
        $name = $file->write(['owner' => 'hüme', 'n' => 1.0], 'root', '10.0.0.5');
        self::assertSame(0600, fileperms($this->paths->request($name)) & 0777);
        $expected = ['body' => ['owner' => 'hüme', 'n' => 1.0], 'user' => 'root', 'address' => '10.0.0.5'];
        self::assertSame($expected, $file->take($name));
        self::assertFileDoesNotExist($this->paths->request($name));
        $this->expectException(Failure::class);
        $file->take($name);
    }

    /** @dataProvider names */
    public function testRefusesANameThatIsNone(string $name): void
    {
        $this->expectException(Failure::class);
        (new RequestFile($this->paths))->take($name);
    }

    public function names(): array
    {
        return [[''], ['../../etc/passwd'], [str_repeat('A', 32)], [str_repeat('a', 32) . "\n"], [str_repeat('a', 31)]];
    }

    public function testRefusesALink(): void
    {
        $name = str_repeat('a', 32);
        $this->put('tmp/real', '{"body": null, "user": "x", "address": ""}');
        symlink($this->paths->prefix . '/tmp/real', $this->paths->request($name));
        $this->expectException(Failure::class);
        (new RequestFile($this->paths))->take($name);
    }

    public function testRefusesAFileOfAnotherUser(): void
    {
        if (posix_geteuid() !== 0) {
            self::markTestSkipped('only root can give a file away');
        }
        $file = new RequestFile($this->paths);
        $name = $file->write(null, 'x', '');
        chown($this->paths->request($name), 65534);
        $this->expectException(Failure::class);
        $file->take($name);
    }

    public function testRefusesOneThatIsNotWhole(): void
    {
        $name = str_repeat('b', 32);
        $this->put('tmp/slash32-' . $name . '.json', '{"body": {"owner"');
        $this->expectException(Failure::class);
        (new RequestFile($this->paths))->take($name);
    }
}
