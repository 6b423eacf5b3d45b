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

final class SettingsTest extends TestCase
{
    public function testWritesAManagedInterfaceAsTheDesignSays(): void
    {
        $root = Sample::root();
        $outcome = Sample::apply($root, Sample::on('opt3', ['settings' => [
            'range' => ['from' => '10.10.3.254', 'to' => '10.10.3.254'], 'router' => '10.10.3.1',
        ] + Sample::MANAGED]));

        self::assertSame(
            '<opt3><enable>1</enable><range><from>10.10.3.254</from><to>10.10.3.254</to></range><numberoptions><item>'
            . '<number>1</number><type>ip-address</type><value>255.255.255.255</value></item></numberoptions>'
            . '<denyunknown>1</denyunknown><mac_allow>02:00:00:00:00:00</mac_allow><staticarp>1</staticarp>'
            . '<gateway>10.10.3.1</gateway></opt3>',
            $root->dhcpd->opt3->asXML()
        );
        self::assertSame(7, $outcome->changed['settings']);
        self::assertSame(['filter', 'dhcpd', 'neighbours'], $outcome->reload);
        self::assertTrue($outcome->dhcpdExpected);
    }

    public function testSaysNothingOfWhatIsThereAlready(): void
    {
        $root = Sample::root();
        $body = Sample::on('opt1', ['settings' => Sample::MANAGED]);
        self::assertSame(6, Sample::apply($root, $body)->changed['settings']);
        $before = Sample::canon($root);

        $again = Sample::apply($root, $body);

        self::assertSame([], $again->changes);
        self::assertSame([], $again->reload);
        self::assertNull($again->candidateConf);
        self::assertSame($before, Sample::canon($root));
    }

    public function testKeepsOtherOptionsWhenItSetsTheMask(): void
    {
        $root = Sample::root();
        Sample::apply($root, Sample::on('opt1', ['settings' => ['mask' => '255.255.255.255']]));
        self::assertSame(
            '<numberoptions><item><number>252</number><type>text</type><value>kept</value></item><item><number>1</number>'
            . '<type>ip-address</type><value>255.255.255.255</value></item></numberoptions>',
            $root->dhcpd->opt1->numberoptions->asXML()
        );
        Sample::apply($root, Sample::on('opt1', ['settings' => ['mask' => null]]));
        self::assertSame('252', (string)$root->dhcpd->opt1->numberoptions->item[0]->number);
        self::assertCount(1, $root->dhcpd->opt1->numberoptions->item);
    }

    public function testSetsTheMaskAndTheRoutesBesideEachOther(): void
    {
        $root = Sample::root();
        $routes = '20:0a:0a:01:01:00:00:00:00:00:0a:0a:01:01';
        Sample::apply($root, Sample::on('opt1', ['settings' => ['routes' => $routes, 'mask' => '255.255.255.255']]));
        self::assertSame(
            '<numberoptions><item><number>252</number><type>text</type><value>kept</value></item><item><number>1</number>'
            . '<type>ip-address</type><value>255.255.255.255</value></item><item><number>121</number><type>string</type>'
            . '<value>' . $routes . '</value></item></numberoptions>',
            $root->dhcpd->opt1->numberoptions->asXML()
        );
        Sample::apply($root, Sample::on('opt1', ['settings' => ['routes' => null]]));
        self::assertCount(2, $root->dhcpd->opt1->numberoptions->item);
        Sample::apply($root, Sample::on('opt1', ['settings' => ['mask' => null]]));
        self::assertCount(1, $root->dhcpd->opt1->numberoptions->item);
    }

    /** @dataProvider presentForms */
    public function testMendsOrKeepsAFormThatIsThere(string $present, array $settings, ?string $after): void
    {
        $root = Sample::root(['<enable>1</enable>
      <ddnsdomainkey>also' => '<enable>1</enable>' . $present . '<ddnsdomainkey>also']);
        $before = Sample::canon($root);
        Sample::apply($root, Sample::on('opt1', ['settings' => $settings]));
        if ($after === null) {
            self::assertSame($before, Sample::canon($root));
            return;
        }
        self::assertStringContainsString('<enable>1</enable>' . $after . '<ddnsdomainkey>', $root->dhcpd->opt1->asXML());
    }

    public static function presentForms(): array
    {
        return [
            'any form of deny-unknown is on' => ['<denyunknown/>', ['deny_unknown' => true], null],
            'static ARP of 1 stays' => ['<staticarp>yes</staticarp>', ['static_arp' => true], null],
            'empty static ARP would be dark' => ['<staticarp/>', ['static_arp' => true], '<staticarp>1</staticarp>'],
            'static ARP of 0 would be dark' => ['<staticarp>0</staticarp>', ['static_arp' => true], '<staticarp>1</staticarp>'],
            'off means that the tag goes' => ['<staticarp>0</staticarp>', ['static_arp' => false], ''],
            'a mask of the wrong type' => [
                '<numberoptions><item><number>01</number><type>text</type><value>255.255.255.255</value></item></numberoptions>',
                ['mask' => null], '',
            ],
            'a router that is there twice' => [
                '<gateway>10.10.1.1</gateway><gateway>10.10.1.2</gateway>', ['router' => '10.10.1.254'],
                '<gateway>10.10.1.254</gateway>',
            ],
        ] ;
    }

    public function testTakesTheElementOfAnInterfaceAwayWhenNothingIsLeftInIt(): void
    {
        $root = Sample::root();
        $before = Sample::canon($root);
        $outcome = Sample::apply($root, Sample::on('opt2', ['settings' => ['enabled' => false, 'range' => null]]));

        self::assertFalse(isset($root->dhcpd->opt2));
        self::assertSame(2, $outcome->changed['settings']);
        Sample::restore($root, $outcome);
        self::assertSame($before, Sample::canon($root));
    }

    public function testLeavesAnEmptyElementAloneThatItWasNotAskedAbout(): void
    {
        $root = Sample::root(['<dhcpd>' => '<dhcpd><opt3/>']);
        Sample::apply($root, ['segments' => [
            ['interface' => 'opt3', 'reservations' => []], ['interface' => 'opt2', 'settings' => ['deny_unknown' => true]],
        ]] + Sample::body());
        self::assertTrue(isset($root->dhcpd->opt3));
    }

    public function testMakesTheSectionItselfWhereThereIsNone(): void
    {
        $root = simplexml_load_string(preg_replace('~<dhcpd>.*</dhcpd>~s', '', Sample::root()->asXML()));
        $range = ['from' => '10.10.1.200', 'to' => '10.10.1.201'];
        $outcome = Sample::apply($root, Sample::on('opt1', [
            'settings' => ['enabled' => true, 'range' => $range], 'reservations' => [Sample::entry('a', 11)],
        ]));
        self::assertSame('10.10.1.11', (string)$root->dhcpd->opt1->staticmap->ipaddr);
        self::assertSame([['mac' => '10:66:6a:00:01:0b', 'ipaddr' => '10.10.1.11']], $outcome->expected);
        Sample::restore($root, $outcome);
        self::assertSame(0, $root->dhcpd->children()->count());
    }

    public function testReloadsDnsOnlyWhereItLearnsTheNames(): void
    {
        $body = Sample::on('opt1', ['settings' => ['deny_unknown' => true]]);
        self::assertSame(['dhcpd', 'neighbours'], Sample::apply(Sample::root(), $body)->reload);
        $unbound = Sample::root(['<enabled>0</enabled>' => '<enabled>1</enabled>']);
        self::assertSame(['dns', 'dhcpd', 'neighbours'], Sample::apply($unbound, $body)->reload);
        $dnsmasq = Sample::root([
            '<virtualip>' => '<dnsmasq><enable>1</enable><regdhcpstatic>1</regdhcpstatic></dnsmasq><virtualip>',
        ]);
        self::assertSame(['dns', 'dhcpd', 'neighbours'], Sample::apply($dnsmasq, $body)->reload);
    }

    public function testExpectsNoDhcpdWhenTheLastInterfaceIsSwitchedOff(): void
    {
        $outcome = Sample::apply(Sample::root(), Sample::body(['segments' => [
            ['interface' => 'opt1', 'settings' => ['enabled' => false]],
            ['interface' => 'opt2', 'settings' => ['enabled' => false]],
            ['interface' => 'lan', 'settings' => ['enabled' => false]],
        ]]), Sample::context(['scope' => ['lan', 'opt1', 'opt2']]));
        self::assertFalse($outcome->dhcpdExpected);
        self::assertSame([], $outcome->expected);
    }

    public function testExpectsNoDhcpdOnAnInterfaceThatIsDownOrHasNoAddress(): void
    {
        $alone = ['<lan>
      <enable>1</enable>
      <range>' => '<lan><range>', '<enable>1</enable>
      <ddnsdomainkey>also' => '<ddnsdomainkey>also', '<opt2>
      <enable>1</enable>
      <range>' => '<opt4><enable>1</enable><range>', '</range>
    </opt2>' => '</range></opt4>'];
        $outcome = Sample::apply(Sample::root($alone), Sample::on('opt1', ['settings' => ['deny_unknown' => true]]));
        self::assertFalse($outcome->dhcpdExpected);
    }
}
