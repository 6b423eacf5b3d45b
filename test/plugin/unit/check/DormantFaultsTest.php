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

namespace Slash32Test\Check;

use OPNsense\Slash32\Check\DormantFaults;
use PHPUnit\Framework\TestCase;
use Slash32Test\Sample;

require_once __DIR__ . '/../fixtures/Sample.php';

final class DormantFaultsTest extends TestCase
{
    /** @dataProvider shapes */
    public function testNamesAShapeThatARestartWouldTripOver(array $replace, ?string $interface, string $object = ''): void
    {
        $faults = DormantFaults::find(Sample::root($replace));
        if ($interface === null) {
            self::assertSame([], $faults);
            return;
        }
        self::assertSame([$interface, $object], [$faults[0]['interface'], $faults[0]['object']]);
        $refusal = Sample::refusal(Sample::on('opt2', ['settings' => ['deny_unknown' => true]]), null, $replace);
        self::assertSame('dhcpd', $refusal?->reason);
        self::assertContains('dhcpd/' . $interface, array_column($refusal->errors, 'where'));
    }

    public static function shapes(): array
    {
        $before = fn (string $text) => ['<numberoptions>' => $text . '<numberoptions>'];
        $range = '<range>
        <from>192.168.1.100</from>
        <to>192.168.1.199</to>
      </range>';
        return [
            'nothing' => [[], null],
            'a range without fields' => [[$range => '<range/>'], 'lan', 'range'],
            'an empty range' => [[$range => '<range><from/><to/></range>'], 'lan', 'range'],
            'no range' => [[$range => ''], 'lan', 'range'],
            'a range twice' => [[$range => $range . $range], 'lan', 'range'],
            'half a range' => [[$range => '<range><from>192.168.1.100</from></range>'], null],
            'no range on an interface that is switched off' => [[$range => '', '<lan>
      <enable>1</enable>
      ' => '<lan>'], null],
            'an empty pool beside another' => [
                $before('<pool><range><from>10.10.1.20</from><to>10.10.1.21</to></range></pool><pool/>'), 'opt1', 'pool 2: range',
            ],
            'an empty pool, which OPNsense drops' => [$before('<pool/>'), null],
            'a pool without a range' => [$before('<pool><domain>x</domain></pool>'), 'opt1', 'pool 1: range'],
            'empty static ARP' => [$before('<staticarp/>'), 'opt1', 'staticarp'],
            'static ARP of 0' => [$before('<staticarp>0</staticarp>'), 'opt1', 'staticarp'],
            'static ARP' => [$before('<staticarp>1</staticarp>'), null],
            'an interface twice' => [['<dhcpd>' => '<dhcpd><opt1/>'], 'opt1', 'opt1'],
            'the section twice' => [['<virtualip>' => '<dhcpd/><virtualip>'], 'dhcpd', 'dhcpd'],
            'a list where one text is expected' => [$before('<mac_allow>a</mac_allow><mac_allow>b</mac_allow>'), 'opt1', 'mac_allow'],
            'tags where a text is expected' => [$before('<domainsearchlist><x>1</x></domainsearchlist>'), 'opt1', 'domainsearchlist'],
            'two host names of one entry' => [['<myfield>' => '<hostname>b</hostname><myfield>'], 'opt1', 'reservation 1: hostname'],
            'two name servers' => [$before('<dnsserver>10.10.1.2</dnsserver><dnsserver>10.10.1.3</dnsserver>'), null],
            'an empty option beside another' => [['</item>' => '</item><item/>'], 'opt1', 'option 2'],
            'an empty option, which OPNsense drops' => [['<opt2>
      <enable>1</enable>' => '<opt2><enable>1</enable><numberoptions><item/></numberoptions>'], null],
            'an empty option of an interface that is switched off' => [['<opt2>
      <enable>1</enable>' => '<opt2><numberoptions><item><number>7</number></item><item/></numberoptions>'], 'opt2', 'option 2'],
            'a fault on an interface without an address' => [['<dhcpd>' => '<dhcpd><opt4><enable>1</enable></opt4>'], null],
            'a fault on an interface that is down' => [['<if>em1</if>
      <enable>1</enable>' => '<if>em1</if>', $range => ''], null],
        ];
    }

    public function testHasNothingToSayWhereNoRestartReadsTheFile(): void
    {
        $root = Sample::root(['<virtualip>' => '<dhcpd/><virtualip>']);
        unset($root->dhcpd[0]->lan, $root->dhcpd[0]->opt1, $root->dhcpd[0]->opt2);
        self::assertSame([], DormantFaults::find($root));
    }

    public function testDoesNotRefuseWhatDoesNotTouchDhcp(): void
    {
        self::assertNull(Sample::refusal(Sample::body(['rules' => [], 'aliases' => []]), null, ['<numberoptions>' => '<staticarp/><numberoptions>']));
    }

    public function testMendsAFaultOfOurOwnInterfaceInTheSameApply(): void
    {
        $replace = ['<numberoptions>' => '<staticarp/><numberoptions>'];
        self::assertNull(Sample::refusal(Sample::on('opt1', ['settings' => ['static_arp' => true]]), null, $replace));
    }
}
