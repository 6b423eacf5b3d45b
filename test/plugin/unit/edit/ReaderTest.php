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

use OPNsense\Slash32\Edit\Reader;
use PHPUnit\Framework\TestCase;
use Slash32Test\Sample;

require_once __DIR__ . '/../fixtures/Sample.php';

final class ReaderTest extends TestCase
{
    public function testShowsTheInterfacesInScopeOnlyAndNoKeys(): void
    {
        $root = Sample::root();
        $text = Reader::dhcpd($root, ['opt1']);
        $read = simplexml_load_string($text);
        self::assertSame(['opt1'], array_map(fn ($one) => $one->getName(), iterator_to_array($read->children(), false)));
        self::assertStringNotContainsString('secret', $text);
        self::assertSame('(hidden)', (string)$read->opt1->ddnsdomainkey);
        self::assertCount(4, $read->opt1->staticmap);
        self::assertSame('<dhcpd/>', Reader::dhcpd($root, []));
        self::assertStringContainsString('also-secret', $root->asXML());
    }

    public function testNamesTheFaultsOfTheInterfacesAsked(): void
    {
        $root = Sample::root(['<range>
        <from>192.168.1.100' => '<range/><range><from>192.168.1.100']);
        self::assertSame('lan', Reader::faults($root, ['lan', 'opt2'])[0]['interface']);
        self::assertSame([], Reader::faults($root, ['opt2']));
    }

    public function testNamesEveryInterface(): void
    {
        $found = array_column(Reader::interfaces(Sample::root()), null, 'id');
        self::assertSame(['wan', 'lan', 'opt1', 'opt2', 'opt3', 'opt4'], array_keys($found));
        self::assertSame(
            ['id' => 'opt1', 'descr' => 'SERVERS', 'device' => 'em2', 'mac' => '', 'enabled' => true, 'ipaddr' => '10.10.1.1', 'subnet' => 24,
            'vips' => [['address' => '10.10.1.254', 'mode' => 'carp', 'status' => '']]],
            $found['opt1']
        );
        self::assertSame(['', 0], [$found['wan']['ipaddr'], $found['wan']['subnet']]);
    }

    public function testShowsTheAliasesAndRulesWithAMarker(): void
    {
        self::assertSame([[
            'owner' => 'home', 'name' => 's32_web', 'type' => 'host', 'content' => ['10.10.1.60'],
            'descr' => 'web [slash32:home:alias/web]',
        ]], Reader::aliases(Sample::root()));
        $rules = Reader::rules(Sample::root());
        self::assertCount(1, $rules);
        self::assertSame('44444444-4444-4444-8444-444444444444', $rules[0]['uuid']);
        self::assertSame(1000, $rules[0]['sequence']);
        self::assertTrue($rules[0]['enabled']);
        self::assertFalse($rules[0]['log']);
    }

    public function testShowsTheReservationsOfEveryOwnerAsRows(): void
    {
        $rows = Reader::reservations(Sample::root());
        self::assertSame(['home', 'home', 'work'], array_column($rows, 'owner'));
        self::assertSame([
            'interface' => 'opt1', 'mac' => '10:66:6a:00:00:0a', 'ipaddr' => '10.10.1.60', 'hostname' => 'web',
            'descr' => 'web [slash32:home:default/web/eth0:a2432d30]', 'owner' => 'home', 'nic' => 'default/web/eth0',
        ], $rows[0]);
    }

    public function testNamesTheOtherDhcpServers(): void
    {
        $root = Sample::root([
            '<virtualip>' => '<dnsmasq><enable>1</enable><dhcp_ranges><start_addr>10.10.3.9</start_addr></dhcp_ranges></dnsmasq><virtualip>',
            '<unboundplus>' => '<Kea><dhcp4><general><enabled>1</enabled><interfaces>opt2,lan</interfaces></general></dhcp4></Kea><unboundplus>',
        ]);
        self::assertSame([
            ['interface' => 'opt3', 'server' => 'dnsmasq'], ['interface' => 'opt2', 'server' => 'kea'], ['interface' => 'lan', 'server' => 'kea'],
        ], Reader::otherDhcp($root));
        self::assertSame([], Reader::otherDhcp(Sample::root()));
    }

    public function testReadsAnEmptyConfiguration(): void
    {
        $root = simplexml_load_string('<opnsense/>');
        self::assertSame('<dhcpd/>', Reader::dhcpd($root, ['opt1']));
        foreach (['interfaces', 'aliases', 'rules', 'otherDhcp', 'reservations'] as $method) {
            self::assertSame([], Reader::$method($root), $method);
        }
        self::assertSame([], Reader::faults($root, ['opt1']));
    }
}
