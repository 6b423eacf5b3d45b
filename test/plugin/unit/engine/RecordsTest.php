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

use OPNsense\Slash32\Engine\Records;

require_once __DIR__ . '/BoxCase.php';
require_once __DIR__ . '/Samples.php';

final class RecordsTest extends BoxCase
{
    public function testAreForRootOnlyEvenWhereTheDirectoryWasOpenBefore(): void
    {
        mkdir($this->paths->state(), 0755);
        $records = new Records($this->paths);
        $records->keepConfig('aa', 'before', '<opnsense/>');
        $records->write(Samples::record(['id' => 'aa']));
        self::assertSame(0700, fileperms($this->paths->state()) & 0777);
        foreach (glob($this->paths->state() . '/*') as $file) {
            self::assertSame(0600, fileperms($file) & 0777, $file);
        }
    }

    public function testComeNewestFirst(): void
    {
        $records = new Records($this->paths);
        foreach (['b' => 2, 'c' => 3, 'a' => 1] as $id => $at) {
            $records->write(Samples::record(['id' => (string)$id, 'at' => $at]));
        }
        self::assertSame(['c', 'b', 'a'], array_column($records->all(), 'id'));
    }

    public function testOneThatCannotBeReadIsPutAsideAndNamedInTheLog(): void
    {
        $records = new Records($this->paths);
        $records->write(Samples::record(['id' => 'good']));
        file_put_contents($this->paths->state() . '/bad.json', '{"id":');
        self::assertSame(['good'], array_column($records->all(), 'id'));
        self::assertFileExists($this->paths->state() . '/bad.json.broken');
        self::assertStringContainsString('bad.json', file_get_contents(SLASH32_PREFIX . '/log/syslog.log'));
    }

    public function testDeletingTakesTheCopiesOfTheConfigurationAlong(): void
    {
        $records = new Records($this->paths);
        $records->keepConfig('aa', 'before', 'x');
        $records->keepConfig('aa', 'after', 'y');
        $records->write(Samples::record(['id' => 'aa']));
        touch($this->paths->state() . '/aa.booted');
        self::assertTrue($records->wasPutBackAtBoot('aa'));
        $records->delete('aa');
        self::assertSame([], glob($this->paths->state() . '/*'));
    }

    public function testAreFoundByIdAndByOwner(): void
    {
        $records = new Records($this->paths);
        $records->write(Samples::record(['id' => 'aa', 'owner' => 'home']));
        self::assertSame('aa', $records->ofOwner('home')?->id);
        self::assertNull($records->ofOwner('yard'));
        self::assertSame('home', $records->find('aa')?->owner);
        self::assertNull($records->find('bb'));
    }

    public function testAreNoneWhereNothingWasEverApplied(): void
    {
        self::assertSame([], (new Records($this->paths))->all());
    }
}
