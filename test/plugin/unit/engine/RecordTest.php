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

use OPNsense\Slash32\Engine\Clock;
use OPNsense\Slash32\Engine\Failure;
use OPNsense\Slash32\Engine\Json;
use OPNsense\Slash32\Engine\Record;

require_once __DIR__ . '/BoxCase.php';
require_once __DIR__ . '/Samples.php';

final class RecordTest extends BoxCase
{
    public function testComesBackFromTheDiskAsItWas(): void
    {
        $record = Samples::record(['ending' => ['outcome' => 'expired', 'reason' => '', 'left' => [], 'reload' => []]]);
        self::assertEquals($record, Record::parse(Json::encode($record->toArray())));
    }

    /** @dataProvider broken */
    public function testRefusesTextThatIsNoRecord(string $text): void
    {
        $this->expectException(Failure::class);
        Record::parse($text);
    }

    public function broken(): array
    {
        $missing = Samples::record()->toArray();
        unset($missing['owner']);
        return [
            'nothing' => [''],
            'cut off' => ['{"id": "aa'],
            'a list' => ['[1, 2]'],
            'a field missing' => [json_encode($missing)],
            'a field too many' => [json_encode(Samples::record()->toArray() + ['more' => 1])],
            'a field of another kind' => [json_encode(['seconds' => 'soon'] + Samples::record()->toArray())],
        ];
    }

    public function testCountsItsTimeByTheClockThatNeverJumps(): void
    {
        $clock = new Clock($this->paths);
        $record = Samples::record(['started' => $clock->steady()]);
        self::assertTrue($record->isWaiting($clock));
        $this->put('clock.json', ['wall' => 86400]);
        self::assertTrue($record->isWaiting($clock));
        self::assertGreaterThan(59.0, $record->secondsLeft($clock));
        $this->put('clock.json', ['wall' => -86400, 'steady' => 61]);
        self::assertFalse($record->isWaiting($clock));
        self::assertSame(0.0, $record->secondsLeft($clock));
    }

    public function testHasNoTimeLeftAfterARestart(): void
    {
        $clock = new Clock($this->paths);
        $record = Samples::record(['started' => $clock->steady() + 5]);
        self::assertFalse($record->isWaiting($clock));
        self::assertSame(0.0, $record->secondsLeft($clock));
    }

    public function testDoesNotWaitWhileItIsBeingSavedOrUndone(): void
    {
        $clock = new Clock($this->paths);
        foreach ([Record::SAVING, Record::RESTORING] as $state) {
            self::assertFalse(Samples::record(['started' => $clock->steady(), 'state' => $state])->isWaiting($clock));
        }
    }

    public function testShowsOthersNeitherItsTokenNorItsNodes(): void
    {
        $shown = json_encode(Samples::record()->summary(new Clock($this->paths)));
        self::assertStringNotContainsString(str_repeat('a', 64), $shown);
        self::assertStringNotContainsString('quoted', $shown);
    }
}
