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

use OPNsense\Slash32\Check\DhcpdConf;
use OPNsense\Slash32\Check\DormantFaults;
use PHPUnit\Framework\TestCase;
use Slash32Test\Sample;

require_once __DIR__ . '/../fixtures/Sample.php';

/**
 * How OPNsense reads odd forms in `<dhcpd>`: measured on its own generator (26.7.2) with thousands of random sections, on
 * which the candidate had the same lines.
 */
final class GeneratorTest extends TestCase
{
    private const OMAPI = '<omapi/><omapiport>%d</omapiport>';
    private const KEY = '<omapialgorithm>hmac-md5</omapialgorithm><omapikey>Zm9vYmFyYmF6</omapikey>';

    /** @dataProvider forms */
    public function testReadsAsOpnsenseDoes(string $opt1, array $there, array $notThere = [], string $lan = ''): void
    {
        $root = Sample::root(['<ddnsdomainkey>also-secret</ddnsdomainkey>' => $opt1, '<ddnsdomainkey>very-secret</ddnsdomainkey>' => $lan]);
        $conf = DhcpdConf::text($root, '', []);
        foreach ($there as $part) {
            self::assertStringContainsString($part, $conf);
        }
        foreach ($notThere as $part) {
            self::assertStringNotContainsString($part, $conf);
        }
    }

    public static function forms(): array
    {
        $item = fn (string $fields) => "<numberoptions><item>$fields</item></numberoptions>";
        $first = sprintf(self::OMAPI, 7911);
        $second = sprintf(self::OMAPI, 7912);
        return [
            'a blank name server before others is dropped' => [
                '<dnsserver/><dnsserver>10.9.9.1</dnsserver>', ["  option domain-name-servers 10.9.9.1;\n"],
            ],
            'a blank one after another stays' => [
                '<ntpserver>10.9.9.1</ntpserver><ntpserver/>', ["  option ntp-servers 10.9.9.1,;\n"],
            ],
            'a zero as the first counts as none' => ['<winsserver>0</winsserver><winsserver>10.9.9.1</winsserver>', [], ['netbios']],
            'a blank one in an entry' => [
                '<staticmap><mac>52:54:00:01:00:09</mac><dnsserver> </dnsserver><dnsserver>10.9.9.1</dnsserver></staticmap>',
                ["  hardware ethernet 52:54:00:01:00:09;\n  option domain-name-servers 10.9.9.1;\n"],
            ],
            'an option whose type is a zero is text' => [
                '', ["option custom-lan-0 code 251 = text;\n", "  option custom-lan-0 \"7\";\n"], [],
                $item('<number>251</number><type>0</type><value>7</value>'),
            ],
            'blanks around a value stay' => [
                '', ["  option custom-lan-0 \" a b \";\n"], [], $item('<number>252</number><value> a b </value>'),
            ],
            'blanks around a name stay, and blanks alone are nothing' => [
                '<domain> a b </domain><tftp>  </tftp>', ["  option domain-name \" a b \";\n"], ['tftp'],
            ],
            'OMAPI of each interface until one has a key' => [$second . self::KEY, ["omapi-port 7911;\n", "omapi-port 7912;\n", 'Zm9v'], [], $first],
            'OMAPI of none behind one with a key' => [$second, ["omapi-port 7911;\n", 'Zm9v'], ['7912'], $first . self::KEY],
            'a split of zero' => [
                '<failover_peerip>10.10.1.3</failover_peerip><failover_split>0</failover_split>', ["  split 0;\n"],
            ],
        ];
    }

    /** @dataProvider faults */
    public function testNamesAFormThatOpnsenseCannotRead(string $opt1, string $object, string $if = ''): void
    {
        $replace = ['<ddnsdomainkey>also-secret</ddnsdomainkey>' => $opt1];
        $root = Sample::root($if === '' ? $replace : $replace + [$if => '']);
        self::assertSame([$object], array_column(DormantFaults::find($root), 'object'));
    }

    public static function faults(): array
    {
        $down = '<descr>SERVERS</descr>
      <enable>1</enable>';
        return [
            'a file of network boot twice' => ['<filename64>a</filename64><filename64>b</filename64>', 'filename64'],
            'a key twice' => ['<omapikey>a</omapikey><omapikey>b</omapikey>', 'omapikey'],
            'a name server with tags inside' => ['<dnsserver>10.9.9.1</dnsserver><dnsserver><x>1</x></dnsserver>', 'dnsserver'],
            'a peer twice on an interface that is down' => [
                '<failover_peerip>10.10.1.3</failover_peerip><failover_peerip>10.10.1.4</failover_peerip>', 'failover_peerip', $down,
            ],
            'a domain twice in an entry' => [
                '<staticmap><ddnsdomain>a</ddnsdomain><ddnsdomain>b</ddnsdomain></staticmap>', 'reservation 1: ddnsdomain',
            ],
        ];
    }

    public function testLetsSeveralServersStand(): void
    {
        $several = '<dnsserver>10.9.9.1</dnsserver><dnsserver>10.9.9.2</dnsserver><ntpserver/><ntpserver/>';
        self::assertSame([], DormantFaults::find(Sample::root(['<ddnsdomainkey>also-secret</ddnsdomainkey>' => $several])));
    }
}
