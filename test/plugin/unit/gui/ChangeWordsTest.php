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

namespace Slash32Test\Gui;

use OPNsense\Slash32\Gui\ChangeWords;
use PHPUnit\Framework\TestCase;
use Slash32Test\Sample;

require_once __DIR__ . '/../fixtures/Sample.php';

/** What the page says of a change, from the changes that an apply really made. */
final class ChangeWordsTest extends TestCase
{
    private function words(array $body, array $replace = []): array
    {
        $outcome = Sample::apply(Sample::root($replace), $body);
        return array_map(fn (array $row) => array_values($row), ChangeWords::of($outcome->changes)['rows']);
    }

    public function testSaysOfReservationsWhoGetsWhichAddressInsteadOfWhich(): void
    {
        $moved = ['ipaddr' => '10.10.1.61'] + Sample::WEB;
        self::assertSame([
            ['reservation', 'opt1', 'default/web/eth0', '10.10.1.60, 10:66:6A:00:00:0A, web', '10.10.1.61, 10:66:6A:00:00:0A, web'],
            ['reservation', 'opt1', 'default/db/eth0', '10.10.1.70, 10:66:6a:00:00:0b, db', ''],
            ['reservation', 'opt1', 'default/new/eth0', '', '10.10.1.85, 10:66:6a:00:01:55, new'],
        ], $this->words(Sample::on('opt1', ['reservations' => [$moved, Sample::entry('new', 85)]])));
    }

    public function testSaysOfSettingsWhatTheyWereAndWhatTheyAre(): void
    {
        $rows = array_column($this->words(Sample::on('opt1', ['settings' => Sample::MANAGED])), null, 2);
        self::assertSame(['', '255.255.255.255'], array_slice($rows['mask'], 3));
        self::assertSame(['', 'on'], array_slice($rows['static_arp'], 3));
        self::assertSame('10.10.1.253-10.10.1.253', $rows['range'][4]);
        self::assertSame(['', '02:00:00:00:00:00'], array_slice($rows['mac_allow'], 3));
    }

    public function testSaysOfAliasesWhatGoesOutAndWhatComesIn(): void
    {
        $root = Sample::root();
        $one = fn (array $content) => Sample::body(['aliases' => [Sample::alias('s32_web', ['content' => $content])]]);
        Sample::apply($root, $one(['10.10.1.11', '10.10.1.12']));
        $outcome = Sample::apply($root, $one(['10.10.1.12', '10.10.1.13']));
        self::assertSame(
            ['kind' => 'alias', 'place' => '', 'name' => 's32_web', 'before' => '10.10.1.11', 'after' => '10.10.1.13'],
            ChangeWords::of($outcome->changes)['rows'][0]
        );
    }

    public function testSaysOfRulesAndRedirectsWhichPacketsTheyAreAbout(): void
    {
        $rows = $this->words(Sample::body([
            'rules' => [Sample::rule(['source_net' => '10.10.1.60', 'destination_net' => '10.10.2.9', 'destination_port' => '5432'])],
            'redirects' => [Sample::redirect(['destination_port' => '7000'])],
        ]));
        $made = fn (string $kind) => array_values(array_filter($rows, fn (array $row) => $row[0] === $kind && $row[4] !== ''))[0];
        self::assertStringContainsString('pass', $made('rule')[4]);
        self::assertStringContainsString('from 10.10.1.60 to 10.10.2.9 port 5432', $made('rule')[4]);
        self::assertSame('tcp wanip port 7000 to 10.10.1.60 port 8443', $made('redirect')[4]);
        self::assertSame('wan', $made('redirect')[1]);
        self::assertStringNotContainsString('slash32:', $made('redirect')[2] . $made('rule')[2]);
    }

    public function testSaysWhichFieldsDifferWhereThePacketsAreTheSame(): void
    {
        $root = Sample::root();
        $one = fn (array $fields) => Sample::body(['rules' => [Sample::rule($fields)]]);
        Sample::apply($root, $one(['sequence' => 10000]));
        $rows = ChangeWords::of(Sample::apply($root, $one(['sequence' => 10010, 'log' => true]))->changes)['rows'];
        self::assertSame(['sequence 10000, log 0', 'sequence 10010, log 1'], [$rows[0]['before'], $rows[0]['after']]);
    }

    public function testTellsNothingOfAnEntryThatIsNotNamedHere(): void
    {
        $before = '<staticmap><mac>52:54:00:00:00:01</mac><ipaddr>10.10.1.9</ipaddr><ddnsdomainkey>hunter2</ddnsdomainkey></staticmap>';
        $after = str_replace('10.10.1.9', '10.10.1.8', $before);
        $rows = ChangeWords::of([
            ['kind' => 'reservation', 'interface' => 'opt1', 'before' => $before, 'after' => $after],
            ['kind' => 'blank', 'path' => [], 'before' => '<x/>', 'after' => null],
            ['kind' => 'section', 'interface' => 'opt1', 'before' => null, 'after' => '<opt1/>'],
        ])['rows'];
        self::assertCount(1, $rows);
        self::assertStringNotContainsString('hunter2', json_encode($rows));
    }

    public function testKeepsALongListShort(): void
    {
        $change = ['kind' => 'setting', 'interface' => 'opt1', 'setting' => 'mask', 'before' => [], 'after' => ['<a>' . str_repeat('ü', 900) . '</a>']];
        $said = ChangeWords::of(array_fill(0, 207, $change));
        self::assertSame([200, 7], [count($said['rows']), $said['more']]);
        self::assertSame(301, mb_strlen($said['rows'][0]['after']));
    }
}
