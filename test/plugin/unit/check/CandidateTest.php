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
use PHPUnit\Framework\TestCase;
use Slash32Test\Dhcpd;
use Slash32Test\Sample;

require_once __DIR__ . '/../fixtures/Sample.php';
require_once __DIR__ . '/../fixtures/Dhcpd.php';

/**
 * The candidate for `dhcpd -t`, judged by the real one.
 */
final class CandidateTest extends TestCase
{
    /** Every field of OPNsense's pages, in an element of an interface or one of its pools. */
    private const FIELDS = '<domain>lab.example</domain><domainsearchlist>a.example;b.example c.example</domainsearchlist>'
        . '<dnsserver>10.10.1.2</dnsserver><dnsserver>10.10.1.3</dnsserver><winsserver>10.10.1.4</winsserver>'
        . '<ntpserver>10.10.1.5</ntpserver><ntpserver>10.10.1.6</ntpserver><defaultleasetime>600</defaultleasetime>'
        . '<maxleasetime>1200</maxleasetime><minsecs>2</minsecs><interface_mtu>1400</interface_mtu><tftp>10.10.1.7</tftp>'
        . '<bootfilename>boot.img</bootfilename><ldap>ldap://ldap.example</ldap><gateway>10.10.1.8</gateway><netboot>1</netboot>'
        . '<nextserver>10.10.1.9</nextserver><filename>a</filename><filename32>b</filename32><filename64>c</filename64>'
        . '<filename32arm>d</filename32arm><filename64arm>e</filename64arm><filenameipxe>f</filenameipxe><rootpath>/r</rootpath>'
        . '<mac_allow>00:16:3e,02:00:00:00:00:00</mac_allow><mac_deny>00:16:3f</mac_deny><denyunknown/><ignoreuids/>';

    public function testIsTheFileThatOpnsenseWritesForAManagedInterface(): void
    {
        $root = Sample::root();
        $outcome = Sample::apply($root, Sample::on('opt1', ['settings' => Sample::MANAGED, 'reservations' => [Sample::WEB]]));
        $conf = preg_replace('/^# .*\n/m', '', $outcome->candidateConf);
        foreach (
            [
                "option custom-opt1-0 code 252 = text;\noption custom-opt1-1 code 1 = ip-address;\n",
                "class \"020000000000\" {\n  match if substring (hardware, 1, 6) = 02:00:00:00:00:00;\n}\n\n"
                . "subnet 10.10.1.0 netmask 255.255.255.0 {\n  pool {\n    allow members of \"020000000000\";\n"
                . "    deny unknown-clients;\n    range 10.10.1.253 10.10.1.253;\n  }\n\n  option routers 10.10.1.254;\n"
                . "  option custom-opt1-0 \"kept\";\n  option custom-opt1-1 255.255.255.255;\n}\n",
                "\nhost s_opt1_1 {\n  hardware ethernet 10:66:6A:00:00:0A;\n  fixed-address 10.10.1.60;\n  option host-name \"web\";\n"
                . "  set hostname-override = config-option host-name;\n}\n",
                "host s_opt1_2 {\n  hardware ethernet 52:54:00:01:00:02;\n",
                "subnet 10.20.0.0 netmask 255.255.0.0 {\n",
                "subnet 192.168.1.0 netmask 255.255.255.0 {\n",
            ] as $part
        ) {
            self::assertStringContainsString($part, $conf);
        }
        self::assertStringNotContainsString('10.10.1.70', $conf);
        self::assertAccepted($outcome->candidateConf);
    }

    /** @dataProvider good */
    public function testIsTakenByDhcpd(array $replace, array $expected, string $running = ''): void
    {
        $conf = DhcpdConf::text(Sample::root($replace), $running, []);
        foreach ($expected as $part) {
            self::assertStringContainsString($part, $conf);
        }
        self::assertAccepted($conf);
    }

    public static function good(): array
    {
        $map = '<cid>client</cid><filename>own</filename><rootpath>/own</rootpath><gateway>10.10.1.20</gateway><domain>own.example</domain>'
            . '<domainsearchlist>own.example</domainsearchlist><ddnsdomain>own.example</ddnsdomain><dnsserver>10.10.1.21</dnsserver>'
            . '<defaultleasetime>60</defaultleasetime><maxleasetime>61</maxleasetime><winsserver>10.10.1.22</winsserver>'
            . '<ntpserver>10.10.1.23</ntpserver><tftp>own</tftp><bootfilename>own.img</bootfilename>';
        $ddns = '<ddnsupdate/><ddnsdomain>dyn.example</ddnsdomain><ddnsdomainprimary>10.10.1.2</ddnsdomainprimary>'
            . '<ddnsdomainkeyname>k</ddnsdomainkeyname><ddnsdomainkey>Zm9vYmFyYmF6</ddnsdomainkey>';
        return [
            'the sample as it is' => [[], ['# interface opt1']],
            'every field of an interface' => [
                ['<numberoptions>' => self::FIELDS . '<numberoptions>'],
                ['domain-search "a.example","b.example","c.example"', 'name-servers 10.10.1.2,10.10.1.3;', 'exists user-class', 'min-secs 2;'],
            ],
            'every field of a further pool' => [
                ['<numberoptions>' => '<pool><range><from>10.10.1.20</from><to>10.10.1.29</to></range>' . self::FIELDS . '</pool><numberoptions>'],
                ['    option routers 10.10.1.8;', '    range 10.10.1.20 10.10.1.29;', '    ignore-client-uids true;'],
            ],
            'a pool that says the same as its interface' => [
                ['<numberoptions>' => '<domain>a.example</domain><pool><range><from>10.10.1.20</from><to>10.10.1.20</to></range>'
                    . '<domain>a.example</domain></pool><numberoptions>'],
                ["  option domain-name \"a.example\";\n"],
            ],
            'every field of an entry' => [
                ['<myfield>' => $map . '<myfield>'], ['  option dhcp-client-identifier "client";', '  option bootfile-name "own.img";'],
            ],
            'a host name with a blank and a dot' => [['<hostname>hand<' => '<hostname>a b.c<'], ['"a_b_c"']],
            'an empty entry among others' => [['<staticmap uuid="a-foreign-attribute">' => '<staticmap/><staticmap>'], []],
            'several empty entries' => [
                ['<staticmap uuid="a-foreign-attribute">' => '<staticmap/><staticmap/><staticmap>'], ["host s_opt1_0 {\n}"],
            ],
            'a zero, which is nothing to OPNsense' => [
                ['<numberoptions>' => '<gateway>0</gateway><defaultleasetime>0</defaultleasetime><minsecs>9</minsecs><numberoptions>'],
                ["  option routers 10.10.1.1;\n  min-secs 9;\n"],
            ],
            'a bad address on an interface that is down' => [
                ['<from>192.168.1.100' => '<from>192.168.1.999', '<if>em1</if>
      <enable>1</enable>' => '<if>em1</if>'],
                [],
            ],
            'dynamic DNS' => [
                ['<ddnsdomainkey>also-secret</ddnsdomainkey>' => $ddns],
                ["key k {\n  algorithm hmac-md5;\n  secret Zm9vYmFyYmF6;\n}\nzone dyn.example. {\n  primary 10.10.1.2;\n  key k;\n}",
                    "zone 1.10.10.in-addr.arpa. {\n", 'ddns-hostname "web";', 'ddns-update-style interim;'],
            ],
            'OMAPI' => [
                ['<numberoptions>' => '<omapi/><omapiport>7911</omapiport><omapialgorithm>hmac-md5</omapialgorithm>'
                    . '<omapikey>Zm9vYmFyYmF6</omapikey><numberoptions>'],
                ['omapi-port 7911;'],
            ],
            'failover' => [
                ['<numberoptions>' => '<failover_peerip>10.10.1.3</failover_peerip><numberoptions>'],
                ["failover peer \"dhcp_opt1\" {\n  primary;\n  address 10.10.1.1;\n  port 519;", '    failover peer "dhcp_opt1";'],
            ],
            'failover as the second' => [
                ['<numberoptions>' => '<failover_peerip>10.10.1.3</failover_peerip><numberoptions>', '<advskew>0' => '<advskew>100'],
                ["  secondary;\n  address 10.10.1.1;\n  port 520;"],
            ],
            'an interface that is switched off, with an option' => [
                ['<opt2>
      <enable>1</enable>
      <range>' => '<opt2><numberoptions><item><number>77</number><value>x</value></item></numberoptions><range>'],
                ['option custom-opt2-0 code 77 = text;'],
            ],
            'an interface whose own address comes by DHCP' => [
                ['<opt2>
      <enable>1</enable>
      <range>' => '<wan><enable>1</enable><range>', '</range>
    </opt2>' => '</range></wan>'],
                ['# interface wan', 'subnet 10.20.0.0 netmask 255.255.0.0 {', 'range 10.20.255.200 10.20.255.240;'],
                "subnet 10.20.0.0 netmask 255.255.0.0 {\n}\n",
            ],
        ];
    }

    public function testIsMadeOnlyWhenDhcpIsTouched(): void
    {
        $rules = Sample::apply(Sample::root(), Sample::body(['rules' => [], 'aliases' => []]));
        self::assertNull($rules->candidateConf);
        self::assertSame(['aliases', 'filter'], $rules->reload);
    }

    private static function assertAccepted(string $conf): void
    {
        [$code, $output] = Dhcpd::judge($conf);
        self::assertSame(0, $code, $output . "\n" . $conf);
    }
}
