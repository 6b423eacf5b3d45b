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

use OPNsense\Slash32\Engine\History;
use OPNsense\Slash32\Engine\HistoryEntry;

require_once __DIR__ . '/BoxCase.php';

final class HistoryTest extends BoxCase
{
    public function testKeepsTheNewest200(): void
    {
        $history = new History($this->paths);
        for ($i = 0; $i < 205; $i++) {
            $history->put("id$i", ['outcome' => 'kept']);
        }
        self::assertNull($history->find('id4'));
        self::assertNotNull($history->find('id5'));
        self::assertSame(['id204', 'id203'], array_column($history->newest(2), 'id'));
    }

    public function testKeepsTheNewestOfEachOwnerHoweverOld(): void
    {
        $history = new History($this->paths);
        foreach (['old', 'newer'] as $id) {
            $history->put($id, ['owner' => 'yard']);
        }
        for ($i = 0; $i < 210; $i++) {
            $history->put("id$i", ['owner' => 'home']);
        }
        self::assertNull($history->find('old'));
        self::assertNotNull($history->find('newer'));
    }

    public function testChangesAnEntryInItsPlace(): void
    {
        $history = new History($this->paths);
        $history->put('a', ['outcome' => 'pending', 'user' => 'x']);
        $history->put('b', ['outcome' => 'kept']);
        $history->put('a', ['outcome' => 'confirmed']);
        self::assertSame(['id' => 'a', 'outcome' => 'confirmed', 'user' => 'x'], $history->find('a'));
        self::assertSame(['b', 'a'], array_column($history->newest(20), 'id'));
    }

    public function testIsForRootOnlyAndOneLineEach(): void
    {
        $history = new History($this->paths);
        $history->put('a', ['reason' => "two\nlines"]);
        $history->put('b', []);
        $file = $this->paths->state() . '/history.jsonl';
        self::assertSame(0600, fileperms($file) & 0777);
        self::assertCount(2, file($file));
    }

    public function testPassesOverALineThatIsDamaged(): void
    {
        $history = new History($this->paths);
        $history->put('a', []);
        file_put_contents($this->paths->state() . '/history.jsonl', "{\"id\": \"cut\n", FILE_APPEND);
        $history->put('b', []);
        self::assertSame(['b', 'a'], array_column($history->newest(20), 'id'));
    }

    /** @dataProvider counts */
    public function testSaysInWordsWhatChanged(array $changed, string $expected): void
    {
        self::assertSame($expected, HistoryEntry::summary($changed));
    }

    public function counts(): array
    {
        $none = ['created' => 0, 'updated' => 0, 'deleted' => 0, 'adopted' => 0, 'released' => 0];
        return [
            'nothing' => [['reservations' => $none, 'settings' => 0, 'aliases' => 0, 'rules' => 0], 'nothing'],
            'one' => [['reservations' => ['created' => 1] + $none], '1 reservation created'],
            'several' => [
                ['reservations' => ['created' => 2, 'deleted' => 1] + $none, 'settings' => 1, 'aliases' => 2, 'rules' => 1],
                '2 reservations created, 1 reservation deleted, 1 setting changed, 2 aliases changed, 1 rule changed',
            ],
        ];
    }
}
