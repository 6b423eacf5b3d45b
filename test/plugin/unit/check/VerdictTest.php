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
use Slash32Test\Dhcpd;
use Slash32Test\Sample;

require_once __DIR__ . '/../fixtures/Sample.php';
require_once __DIR__ . '/../fixtures/Dhcpd.php';

/**
 * What dhcpd objects to in a candidate, in terms of config.xml.
 */
final class VerdictTest extends TestCase
{
    /** @dataProvider bad */
    public function testNamesTheInterfaceAndTheEntryThatDhcpdObjectsTo(array $replace, string $where, string $object, string $word): void
    {
        $root = Sample::root($replace);
        $conf = Sample::apply($root, Sample::on('opt2', ['settings' => ['deny_unknown' => true]]))->candidateConf;
        [$code, $output] = Dhcpd::judge($conf);
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
        self::assertSame(0, Dhcpd::judge(Sample::apply(Sample::root(), $body, $good)->candidateConf)[0]);
        $bad = Sample::context(['includes' => ['own.conf' => "host own {\n  fixed-address 10.0.0.999;\n}\n"]]);
        $conf = Sample::apply(Sample::root(), $body, $bad)->candidateConf;
        $errors = DhcpdVerdict::explain($conf, Dhcpd::judge($conf)[1]);
        self::assertSame(['dhcpd.opnsense.d', 'own.conf'], [$errors[0]['where'], $errors[0]['object']]);
    }

    public function testNeverQuotesAKey(): void
    {
        $conf = DhcpdConf::text(Sample::root([
            '<ddnsdomainkey>also-secret</ddnsdomainkey>' => '<ddnsupdate/><ddnsdomain>d.example</ddnsdomain><ddnsdomainprimary>10.10.1.2</ddnsdomainprimary>'
                . '<ddnsdomainkeyname>k</ddnsdomainkeyname><ddnsdomainkey>top"secret!</ddnsdomainkey>',
        ]), '', []);
        [$code, $output] = Dhcpd::judge($conf);
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
}
