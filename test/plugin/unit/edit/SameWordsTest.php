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

namespace Slash32Test\Edit;

use OPNsense\Slash32\Edit\Xml;
use PHPUnit\Framework\TestCase;
use Slash32Test\Sample;

require_once __DIR__ . '/../fixtures/Sample.php';

/**
 * When two elements say the same. On this hangs what a restore takes for its own.
 */
final class SameWordsTest extends TestCase
{
    /** @dataProvider pairs */
    public function testTellsWhatSaysTheSameFromWhatDoesNot(bool $isSame, string $one, string $other): void
    {
        self::assertSame($isSame, Xml::canonOf($one) === Xml::canonOf($other));
    }

    public static function pairs(): array
    {
        return [
            'another order of fields' => [true, '<a><b>1</b><c>2</c></a>', '<a><c>2</c><b>1</b></a>'],
            'blanks between and around' => [true, "<a>\n  <b> 1 </b>\n</a>", '<a><b>1</b></a>'],
            'empty fields' => [true, '<a><b>1</b><c/><d><e/></d></a>', '<a><b>1</b></a>'],
            'an attribute' => [true, '<a uuid="1"><b>1</b></a>', '<a><b>1</b></a>'],
            'entities' => [true, '<a><b>&#xFC; &amp;</b></a>', '<a><b>ü &amp;</b></a>'],
            'another text' => [false, '<a><b>1</b></a>', '<a><b>2</b></a>'],
            'texts that end in an equals sign' => [false, '<a><b>x=</b></a>', '<a><b>y=</b></a>'],
            'a text that is an equals sign' => [false, '<a><b>=</b></a>', '<a/>'],
            'another order of one field' => [false, '<a><b>1</b><b>2</b></a>', '<a><b>2</b><b>1</b></a>'],
            'a text with a brace' => [false, '<a><c><d>x}</d><e>y</e></c></a>', '<a><c><d>x</d></c><e>y}</e></a>'],
            'a field one level deeper' => [false, '<a><b>1</b></a>', '<a><c><b>1</b></c></a>'],
        ];
    }

    public function testAnEmptyTagIsNotNone(): void
    {
        self::assertNotSame(Xml::canonOf('<enable/>'), '');
        $root = Sample::root();
        $outcome = Sample::apply($root, Sample::on('opt2', ['settings' => ['deny_unknown' => true]]));
        $root->dhcpd->opt2->denyunknown = '';
        $left = Sample::restore($root, $outcome)->left;
        self::assertSame(['deny_unknown'], array_column($left, 'object'));
        self::assertTrue(isset($root->dhcpd->opt2->denyunknown));
    }

    public function testARestoreLeavesAnEntryWhoseFileNameSomebodyChanged(): void
    {
        $root = Sample::root(['web.img' => 'web=']);
        $outcome = Sample::apply($root, Sample::on('opt1', ['reservations' => [['hostname' => 'www'] + Sample::WEB, Sample::DB]]));
        $root->dhcpd->opt1->staticmap[1]->bootfilename = 'other=';
        self::assertCount(1, Sample::restore($root, $outcome)->left);
        self::assertSame('other=', (string)$root->dhcpd->opt1->staticmap[1]->bootfilename);
    }

    public function testMendsAMacAddressThatDhcpdCannotRead(): void
    {
        $root = Sample::root(['10:66:6A:00:00:0A' => '10-66-6A-00-00-0A']);
        $outcome = Sample::apply($root, Sample::on('opt1', ['reservations' => [Sample::WEB, Sample::DB]]));
        self::assertSame('10:66:6a:00:00:0a', (string)$root->dhcpd->opt1->staticmap[1]->mac);
        self::assertSame(['dhcpd', 'neighbours'], $outcome->reload);
    }

    public function testAUuidThatSomebodyElseHasTooIsNoReasonToTouchHisRule(): void
    {
        $theirs = '<rule uuid="44444444-4444-4444-8444-444444444444"><enabled>1</enabled><description>theirs</description></rule>';
        foreach (['<rules>' => '<rules>' . $theirs, '</rules>' => $theirs . '</rules>'] as $from => $to) {
            $root = Sample::root([$from => $to]);
            $before = Sample::canon($root);
            $outcome = Sample::apply($root, Sample::body(['rules' => [Sample::rule(['sequence' => 5])]]));
            self::assertCount(1, $root->xpath('//rule[description="theirs"]'));
            self::assertSame([], Sample::restore($root, $outcome)->left);
            self::assertSame($before, Sample::canon($root));
        }
    }
}
