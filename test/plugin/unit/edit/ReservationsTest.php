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

final class ReservationsTest extends TestCase
{
    public function testCreatesInTheOrderOfAddressesAmongWhatIsThere(): void
    {
        $root = Sample::root();
        $outcome = Sample::apply($root, Sample::on('opt1', ['reservations' => [
            Sample::entry('z', 99), Sample::entry('a', 11), Sample::WEB, Sample::entry('m', 65), Sample::DB,
        ]]));

        self::assertSame([11, 50, 60, 65, 70, 80, 99], self::lastOctets($root));
        self::assertSame(['created' => 3, 'updated' => 0, 'deleted' => 0, 'adopted' => 0, 'released' => 0], $outcome->changed['reservations']);
        self::assertSame(['dhcpd', 'neighbours'], $outcome->reload);
        self::assertSame(
            '<staticmap><mac>10:66:6a:00:01:0b</mac><ipaddr>10.10.1.11</ipaddr><hostname>a</hostname>'
            . '<descr>a [slash32:home:default/a/eth0:a2432d30]</descr></staticmap>',
            $root->dhcpd->opt1->staticmap[0]->asXML()
        );
        self::assertCount(7, $outcome->expected);
        self::assertContains(['mac' => '10:66:6a:00:00:0a', 'ipaddr' => '10.10.1.60'], $outcome->expected);
    }

    public function testChangesAnOwnEntryInPlaceAndKeepsWhatItDoesNotKnow(): void
    {
        $root = Sample::root();
        $outcome = Sample::apply($root, Sample::on('opt1', ['reservations' => [
            ['ipaddr' => '10.10.1.99', 'hostname' => 'web2', 'arp' => true] + Sample::WEB, Sample::DB,
        ]]));

        self::assertSame(
            '<staticmap><mac>10:66:6A:00:00:0A</mac><ipaddr>10.10.1.99</ipaddr><hostname>web2</hostname>'
            . '<descr>web [slash32:home:default/web/eth0:a2432d30]</descr><bootfilename>web.img</bootfilename>'
            . '<arp_table_static_entry>1</arp_table_static_entry></staticmap>',
            $root->dhcpd->opt1->staticmap[1]->asXML()
        );
        self::assertSame(1, $outcome->changed['reservations']['updated']);
    }

    public function testDeletesWhatTheListDoesNotNameAndNothingOfOthers(): void
    {
        $root = Sample::root();
        $outcome = Sample::apply($root, Sample::on('opt1', ['reservations' => [Sample::DB]]));
        self::assertSame([50, 70, 80], self::lastOctets($root));
        self::assertSame(1, $outcome->changed['reservations']['deleted']);
        self::assertSame([50, 80], self::lastOctets(self::emptied($root)));
    }

    public function testLeavesAllEntriesAloneWithoutAList(): void
    {
        $root = Sample::root();
        Sample::apply($root, Sample::on('opt1', ['settings' => ['deny_unknown' => true]]));
        self::assertSame([50, 60, 70, 80], self::lastOctets($root));
    }

    public function testDoesNothingWhereAllIsAsItShouldBeInWhateverCaseTheMacStands(): void
    {
        $root = Sample::root();
        $outcome = Sample::apply($root, Sample::on('opt1', ['reservations' => [Sample::DB, Sample::WEB]]));
        self::assertSame([], $outcome->changes);
        self::assertSame(Sample::canon(Sample::root()), Sample::canon($root));
    }

    public function testTellsNobodyOfADescriptionAlone(): void
    {
        $outcome = Sample::apply(Sample::root(), Sample::on('opt1', ['reservations' => [
            ['descr' => 'more & <b>"words"</b> [slash32:home:default/web/eth0:a2432d30]'] + Sample::WEB, Sample::DB,
        ]]));
        self::assertSame(1, $outcome->changed['reservations']['updated']);
        self::assertSame([], $outcome->reload);
        self::assertNull($outcome->candidateConf);
    }

    public function testWritesAmpersandsAndLettersOfAllKinds(): void
    {
        $root = Sample::root();
        $descr = 'a & b <c> "d" \'e\' ü 日本 [slash32:home:default/x/eth0:]';
        Sample::apply($root, Sample::on('opt1', ['reservations' => [Sample::WEB, Sample::DB, Sample::entry('x', 11, ['descr' => $descr])]]));
        $again = simplexml_load_string($root->asXML());
        self::assertSame($descr, (string)$again->dhcpd->opt1->staticmap[0]->descr);
    }

    public function testTakesAForeignEntryOverWithItsOtherFields(): void
    {
        $root = Sample::root();
        $descr = 'hand [slash32:home:default/hand/eth0:12345678:adopted]';
        $outcome = Sample::apply($root, Sample::on('opt1', [
            'reservations' => [
                ['at' => 0, 'mac' => '52:54:00:01:00:01', 'descr' => $descr] + Sample::entry('hand', 50), Sample::WEB, Sample::DB,
            ],
            'adopt' => [['at' => 0, 'mac' => '52-54-00-01-00-01']],
        ]));
        self::assertSame(1, $outcome->changed['reservations']['adopted']);
        self::assertSame('untouched', (string)$root->dhcpd->opt1->staticmap[0]->myfield);
        self::assertSame('a-foreign-attribute', (string)$root->dhcpd->opt1->staticmap[0]['uuid']);
        self::assertSame($descr, (string)$root->dhcpd->opt1->staticmap[0]->descr);
    }

    public function testHandsAnEntryOver(): void
    {
        $root = Sample::root();
        $outcome = Sample::apply($root, Sample::on('opt1', [
            'reservations' => [Sample::DB], 'release' => [['descr' => 'web'] + Sample::WEB],
        ]));
        self::assertSame(1, $outcome->changed['reservations']['released']);
        self::assertSame('web', (string)$root->dhcpd->opt1->staticmap[1]->descr);
        self::assertSame([], $outcome->reload);
    }

    public function testLetsTwoEntriesSwapTheirAddressesAndTakesItBack(): void
    {
        $root = Sample::root();
        $before = Sample::canon($root);
        $outcome = Sample::apply($root, Sample::on('opt1', ['reservations' => [
            ['ipaddr' => '10.10.1.70'] + Sample::WEB, ['ipaddr' => '10.10.1.60'] + Sample::DB,
        ]]));
        self::assertSame([50, 70, 60, 80], self::lastOctets($root));
        $restored = Sample::restore($root, $outcome);
        self::assertSame([], $restored->left);
        self::assertSame($before, Sample::canon($root));
    }

    public function testGivesANewEntryTheAddressOfOneThatGoes(): void
    {
        $root = Sample::root();
        $before = Sample::canon($root);
        $outcome = Sample::apply($root, Sample::on('opt1', ['reservations' => [Sample::DB, Sample::entry('new', 60)]]));
        self::assertSame([50, 60, 70, 80], self::lastOctets($root));
        self::assertSame('new', (string)$root->dhcpd->opt1->staticmap[1]->hostname);
        Sample::restore($root, $outcome);
        self::assertSame($before, Sample::canon($root));
    }

    public function testWorksWhereOtherTagsStandBetweenTheEntries(): void
    {
        $root = Sample::root(['<staticmap>
        <mac>10:66:6a:00:00:0b' => '<other>1</other><staticmap><mac>10:66:6a:00:00:0b']);
        $outcome = Sample::apply($root, Sample::on('opt1', ['reservations' => [
            ['hostname' => 'db2'] + Sample::DB, Sample::entry('m', 65),
        ]]));
        self::assertSame([50, 65, 70, 80], self::lastOctets($root));
        self::assertSame([], Sample::restore($root, $outcome)->left);
        self::assertSame([50, 60, 70, 80], self::lastOctets($root));
        self::assertSame('1', (string)$root->dhcpd->opt1->other);
    }

    public function testExpectsOnlyWhatDhcpdWillHaveInPlainWords(): void
    {
        $root = Sample::root(['<ipaddr>10.10.1.50</ipaddr>' => '<ipaddr>host.example</ipaddr>']);
        $outcome = Sample::apply($root, Sample::on('opt1', ['reservations' => [Sample::DB]]));
        self::assertSame(['10.10.1.70', '10.10.1.80'], array_column($outcome->expected, 'ipaddr'));
        $bare = Sample::root(['<dhcpd>' => '<dhcpd><opt4><enable>1</enable><range><from>1</from></range><staticmap>'
            . '<mac>02:00:00:00:00:01</mac><ipaddr>10.9.9.9</ipaddr></staticmap></opt4>']);
        $settings = Sample::on('opt4', ['settings' => ['deny_unknown' => true]]);
        self::assertSame([], Sample::apply($bare, $settings, Sample::context(['scope' => ['opt4']]))->expected);
        $off = Sample::root(['<enable>1</enable>
      <ddnsdomainkey>also' => '<ddnsdomainkey>also']);
        self::assertSame([], Sample::apply($off, Sample::on('opt1', ['reservations' => [Sample::DB]]))->expected);
    }

    public function testTakesTenThousandReservationsThroughTheWholeWay(): void
    {
        $all = [];
        for ($n = 0; $n < 10000; $n++) {
            $all[] = Sample::entry("h$n", 1, [
                'mac' => sprintf('10:66:6a:01:%02x:%02x', $n >> 8, $n & 255),
                'ipaddr' => long2ip(ip2long('10.20.1.0') + $n),
            ]);
        }
        $root = Sample::root();
        $before = Sample::canon($root);
        $outcome = Sample::apply($root, Sample::on('opt2', ['reservations' => $all]));
        self::assertCount(10000, $outcome->expected);
        $gone = Sample::apply($root, Sample::on('opt2', ['reservations' => []]));
        self::assertSame(10000, $gone->changed['reservations']['deleted']);
        Sample::restore($root, $gone);
        self::assertCount(10000, $root->dhcpd->opt2->staticmap);
        Sample::restore($root, $outcome);
        self::assertSame($before, Sample::canon($root));
    }

    private static function emptied(\SimpleXMLElement $root): \SimpleXMLElement
    {
        Sample::apply($root, Sample::on('opt1', ['reservations' => []]));
        return $root;
    }

    private static function lastOctets(\SimpleXMLElement $root): array
    {
        $found = [];
        foreach ($root->dhcpd->opt1->staticmap as $map) {
            $found[] = (int)substr((string)$map->ipaddr, strlen('10.10.1.'));
        }
        return $found;
    }
}
