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

use PHPUnit\Framework\TestCase;
use Slash32Test\Sample;

require_once __DIR__ . '/../fixtures/Sample.php';

/**
 * OPNsense writes a blank element for a list without entries. What is added takes its place, and an undoing gives it back.
 */
final class BlanksTest extends TestCase
{
    private const OPT3 = '<opt3>%s</opt3></dhcpd>';
    private const ENTRY = ['ipaddr' => '10.10.3.60'];

    public function lists(): array
    {
        $range = '<enable>1</enable><range><from>10.10.3.100</from><to>10.10.3.120</to></range>';
        $segment = [
            'settings' => ['mask' => '255.255.255.255'],
            'reservations' => [Sample::entry('new', 60, self::ENTRY)],
        ];
        $on3 = Sample::on('opt3', $segment);
        $at3 = fn (string $inner) => ['</dhcpd>' => sprintf(self::OPT3, $range . $inner)];
        return [
            'options of the page' => [$at3('<numberoptions><item/></numberoptions><winsserver/>'), $on3],
            'options without an item' => [$at3('<numberoptions/><winsserver/>'), $on3],
            'mappings' => [$at3('<staticmap/><pool/>'), $on3],
            'all of them' => [$at3('<numberoptions><item/></numberoptions><pool/><staticmap/>'), $on3],
            'an interface without a tag' => [['</dhcpd>' => sprintf(self::OPT3, '')], $on3],
        ];
    }

    /** @dataProvider lists */
    public function testGivesWayToWhatIsAddedAndComesBack(array $replace, array $body): void
    {
        $root = Sample::root($replace);
        $before = Sample::canon($root);
        $outcome = Sample::apply($root, $body);
        self::assertNotSame([], $outcome->changes);
        self::assertSame(0, count($root->xpath('//dhcpd/opt3/numberoptions/item[not(*)]|//dhcpd/opt3/staticmap[not(*)]')));
        self::assertCount(1, $root->xpath('//dhcpd/opt3/staticmap'));
        self::assertCount(1, $root->xpath('//dhcpd/opt3/numberoptions/item'));
        self::assertSame([], Sample::restore($root, $outcome)->left);
        self::assertSame($before, Sample::canon($root));
        Sample::restore($root, $outcome);
        self::assertSame($before, Sample::canon($root));
    }

    public function testStaysWhereNothingIsAdded(): void
    {
        $inner = '<enable>1</enable><range><from>10.10.3.100</from><to>10.10.3.120</to></range><staticmap/>'
            . '<numberoptions><item/></numberoptions>';
        $root = Sample::root(['</dhcpd>' => sprintf(self::OPT3, $inner)]);
        Sample::apply($root, Sample::on('opt3', ['settings' => ['deny_unknown' => true]]));
        self::assertCount(1, $root->xpath('//dhcpd/opt3/staticmap[not(*)]'));
        self::assertCount(1, $root->xpath('//dhcpd/opt3/numberoptions/item[not(*)]'));
    }

    public function testGivesWayToARedirectAndComesBack(): void
    {
        $root = Sample::root();
        unset($root->nat);
        $root->addChild('nat')->addChild('rule');
        $before = Sample::canon($root);
        $outcome = Sample::apply($root, Sample::body(['redirects' => [Sample::redirect()]]));
        self::assertCount(1, $root->xpath('//nat/rule'));
        self::assertSame([], Sample::restore($root, $outcome)->left);
        self::assertSame($before, Sample::canon($root));
    }

    public function testStaysAwayWhereSomebodyAddedAnEntryMeanwhile(): void
    {
        $root = Sample::root(['</dhcpd>' => sprintf(self::OPT3, '<enable>1</enable><range><from>10.10.3.100</from>'
            . '<to>10.10.3.120</to></range><staticmap/>')]);
        $outcome = Sample::apply($root, Sample::on('opt3', ['reservations' => [Sample::entry('new', 60, self::ENTRY)]]));
        $root->dhcpd->opt3->addChild('staticmap')->mac = '52:54:00:00:00:09';
        Sample::restore($root, $outcome);
        self::assertCount(1, $root->xpath('//dhcpd/opt3/staticmap'));
    }

    public function testTheCategoryGoesWithTheLastEntryInItAndComesBack(): void
    {
        $root = Sample::root();
        $all = ['aliases' => [Sample::alias()], 'rules' => [Sample::rule()], 'redirects' => [Sample::redirect()]];
        Sample::apply($root, Sample::body($all));
        $names = '//Category/categories/category[name="slash32"]';
        self::assertCount(1, $root->xpath($names));
        $full = Sample::canon($root);
        $outcome = Sample::apply($root, Sample::body(['aliases' => [], 'rules' => [], 'redirects' => []]));
        self::assertCount(0, $root->xpath($names));
        self::assertSame([], Sample::restore($root, $outcome)->left);
        self::assertSame($full, Sample::canon($root));
    }

    public function testTheCategoryStaysWhileAnybodyIsInIt(): void
    {
        foreach (['categories' => '//OPNsense/Firewall/Filter/rules', 'category' => '//filter'] as $field => $place) {
            $root = Sample::root();
            Sample::apply($root, Sample::body(['aliases' => [Sample::alias()]]));
            $uuid = (string)$root->xpath('//Category/categories/category[name="slash32"]/@uuid')[0];
            $parent = $root->xpath($place)[0] ?? $root->addChild('filter');
            $parent->addChild('rule')->addChild($field, $field === 'category' ? 'a,slash32' : 'b,' . $uuid);
            Sample::apply($root, Sample::body(['aliases' => [], 'rules' => []]));
            self::assertCount(1, $root->xpath('//Category/categories/category[name="slash32"]'), $field);
        }
    }
}
