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
use OPNsense\Slash32\Check\DhcpdVerdict;
use PHPUnit\Framework\TestCase;
use Slash32Test\Sample;

require_once __DIR__ . '/../fixtures/Sample.php';

/**
 * The candidate for `dhcpd -t`, judged by the real one.
 */
final class CandidateTest extends TestCase
{
    private const DHCPD = '/usr/sbin/dhcpd';
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

    /** @dataProvider bad */
    public function testNamesTheInterfaceAndTheEntryThatDhcpdObjectsTo(array $replace, string $where, string $object, string $word): void
    {
        $root = Sample::root($replace);
        $conf = Sample::apply($root, Sample::on('opt2', ['settings' => ['deny_unknown' => true]]))->candidateConf;
        [$code, $output] = self::judge($conf);
        self::assertNotSame(0, $code);
        $errors = DhcpdVerdict::explain($conf, $output);
        self::assertSame($where, $errors[0]['where'], $output);
        self::assertSame($object, $errors[0]['object'], $output);
        self::assertStringContainsString($word, $errors[0]['message']);
        self::assertStringNotContainsString(sys_get_temp_dir(), json_encode($errors, JSON_UNESCAPED_SLASHES));
    }

    public static function bad(): array
    {
        return [
            'a foreign address' => [
                ['<ipaddr>10.10.1.50' => '<ipaddr>10.10.1.999'], 'dhcpd/opt1', 'reservation 1 (52:54:00:01:00:01, 10.10.1.999, "hand")', '999',
            ],
            'a foreign MAC' => [
                ['<mac>52:54:00:01:00:02' => '<mac>52-54-00-01-00-02'], 'dhcpd/opt1',
                'reservation 4 (52-54-00-01-00-02, 10.10.1.80, "theirs")', '52-54-00',
            ],
            'a quote in a host name' => [
                ['<hostname>hand' => '<hostname>ha"nd'], 'dhcpd/opt1', 'reservation 1 (52:54:00:01:00:01, 10.10.1.50, "ha"nd")', 'ha"nd',
            ],
            'a range outside the network' => [
                ['<from>192.168.1.100' => '<from>192.168.2.100'], 'dhcpd/lan', 'subnet 192.168.1.0 netmask 255.255.255.0', '192.168.2.100',
            ],
            'an option type that nobody knows' => [['<type>text' => '<type>nonsense'], 'dhcpd/opt1', 'option 1', 'nonsense'],
            'a lease time that is none' => [
                ['<numberoptions>' => '<defaultleasetime>long</defaultleasetime><numberoptions>'], 'dhcpd/opt1',
                'subnet 10.10.1.0 netmask 255.255.255.0', 'long',
            ],
            'a failover peer that is none' => [
                ['<numberoptions>' => '<failover_peerip>10.10.1.999</failover_peerip><numberoptions>'], 'dhcpd.conf',
                'failover peer "dhcp_opt1"', '999',
            ],
        ];
    }

    public function testCountsTheTextsOfDhcpdOpnsenseDIn(): void
    {
        $body = Sample::on('opt2', ['settings' => ['deny_unknown' => true]]);
        $good = Sample::context(['includes' => ['own.conf' => "host own { hardware ethernet 02:00:00:00:00:01; }\n"]]);
        self::assertAccepted(Sample::apply(Sample::root(), $body, $good)->candidateConf);
        $bad = Sample::context(['includes' => ['own.conf' => "host own {\n  fixed-address 10.0.0.999;\n}\n"]]);
        $conf = Sample::apply(Sample::root(), $body, $bad)->candidateConf;
        $errors = DhcpdVerdict::explain($conf, self::judge($conf)[1]);
        self::assertSame(['dhcpd.opnsense.d', 'own.conf'], [$errors[0]['where'], $errors[0]['object']]);
    }

    public function testNeverQuotesAKey(): void
    {
        $conf = DhcpdConf::text(Sample::root([
            '<ddnsdomainkey>also-secret</ddnsdomainkey>' => '<ddnsupdate/><ddnsdomain>d.example</ddnsdomain><ddnsdomainprimary>10.10.1.2</ddnsdomainprimary>'
                . '<ddnsdomainkeyname>k</ddnsdomainkeyname><ddnsdomainkey>top"secret!</ddnsdomainkey>',
        ]), '', []);
        [$code, $output] = self::judge($conf);
        self::assertNotSame(0, $code);
        $errors = DhcpdVerdict::explain($conf, $output);
        self::assertNotSame([], $errors);
        self::assertStringNotContainsString('top', json_encode($errors));
        self::assertStringNotContainsString('secret!', json_encode($errors));
    }

    public function testSaysSomethingWhenDhcpdSaysNothingUseful(): void
    {
        self::assertSame('dhcpd refuses it without a word.', DhcpdVerdict::explain('', '')[0]['message']);
        $errors = DhcpdVerdict::explain('x', "Internet Systems Consortium DHCP Server\nCan't open /tmp/a.conf: Permission denied\n");
        self::assertSame("Can't open dhcpd.conf Permission denied", $errors[0]['message']);
    }

    public function testIsMadeOnlyWhenDhcpIsTouched(): void
    {
        $rules = Sample::apply(Sample::root(), Sample::body(['rules' => [], 'aliases' => []]));
        self::assertNull($rules->candidateConf);
        self::assertSame(['aliases', 'filter'], $rules->reload);
    }

    private static function assertAccepted(string $conf): void
    {
        [$code, $output] = self::judge($conf);
        self::assertSame(0, $code, $output . "\n" . $conf);
    }

    /** @return array exit code and output */
    private static function judge(string $conf): array
    {
        if (!is_file(self::DHCPD)) {
            self::markTestSkipped('dhcpd is not installed');
        }
        $stem = sys_get_temp_dir() . '/slash32-candidate-' . bin2hex(random_bytes(8));
        try {
            file_put_contents($stem . '.conf', $conf);
            file_put_contents($stem . '.leases', '');
            $command = [self::DHCPD, '-t', '-cf', $stem . '.conf', '-lf', $stem . '.leases', '-pf', $stem . '.pid'];
            $process = proc_open($command, [1 => ['pipe', 'w'], 2 => ['redirect', 1]], $pipes);
            $output = stream_get_contents($pipes[1]);
            return [proc_close($process), $output];
        } finally {
            array_map('unlink', glob($stem . '.*'));
        }
    }
}
