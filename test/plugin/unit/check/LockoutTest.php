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

use PHPUnit\Framework\TestCase;
use Slash32Test\Sample;

require_once __DIR__ . '/../fixtures/Sample.php';

final class LockoutTest extends TestCase
{
    private const CALLER = '10.10.1.60';
    private const ARP = [self::CALLER => '10:66:6a:00:00:0a'];

    /** @dataProvider settings */
    public function testGuardsTheWayThatTheCallerComesIn(
        bool $isRefused,
        array $fields,
        string $caller = self::CALLER,
        array $arp = self::ARP,
        array $replace = []
    ): void {
        $context = Sample::context(['caller' => $caller, 'arp' => $arp]);
        $refusal = Sample::refusal(Sample::on('opt1', $fields), $context, $replace);
        self::assertSame($isRefused ? 'lockout' : null, $refusal?->reason, json_encode($refusal?->errors));
        if ($isRefused) {
            self::assertSame('opt1', $refusal->errors[0]['where']);
            self::assertSame($caller, $refusal->errors[0]['object']);
            self::assertStringContainsString($caller, $refusal->errors[0]['message']);
        }
    }

    public static function settings(): array
    {
        $arp = ['settings' => ['static_arp' => true]];
        $deny = ['settings' => ['deny_unknown' => true]];
        $both = ['reservations' => [Sample::WEB, Sample::DB]];
        $nameless = ['<numberoptions>' => '<staticmap><mac/><ipaddr>10.10.1.9</ipaddr></staticmap><numberoptions>'];
        $closed = ['<numberoptions>' => '<staticarp>1</staticarp><denyunknown>1</denyunknown><numberoptions>'];
        return [
            'static ARP over a caller without an entry' => [true, $arp, '10.10.1.9', []],
            'deny-unknown over a caller without an entry' => [true, $deny, '10.10.1.9', []],
            'static ARP over a caller with its entry' => [false, $arp],
            'deny-unknown over a caller with its entry' => [false, $deny],
            'a caller with its entry and an unseen MAC' => [false, $arp, self::CALLER, []],
            'a caller whose entry has another MAC than it has' => [true, $arp, self::CALLER, [self::CALLER => '02:00:00:00:00:99']],
            'an entry of its address without a MAC, which covers nobody' => [true, $arp, '10.10.1.9', [], $nameless],
            'the same under deny-unknown' => [true, $deny, '10.10.1.9', [], $nameless],
            'the same with a MAC' => [false, $arp, '10.10.1.9', [], str_replace('<mac/>', '<mac>02:00:00:00:00:09</mac>', $nameless)],
            'an entry that is made in the same apply' => [
                false, $arp + ['reservations' => [Sample::WEB, Sample::DB, Sample::entry('me', 9)]], '10.10.1.9', ['10.10.1.9' => '10:66:6a:00:01:09'],
            ],
            'an entry that goes in the same apply' => [true, $arp + ['reservations' => [Sample::DB]]],
            'a caller on another interface' => [false, $arp, '10.20.0.9', []],
            'a caller from outside' => [false, $arp, '203.0.113.9', []],
            'the firewall itself' => [false, $arp, '10.10.1.1', []],
            'its virtual address' => [false, $arp, '10.10.1.254', []],
            'a closed interface that stays as it is' => [false, $both, '10.10.1.9', [], $closed],
            "the caller's entry leaving a closed interface" => [true, ['reservations' => [Sample::DB]], self::CALLER, self::ARP, $closed],
            "the caller's entry moving on a closed interface" => [
                true, ['reservations' => [['ipaddr' => '10.10.1.99'] + Sample::WEB, Sample::DB]], self::CALLER, self::ARP, $closed,
            ],
            "the caller's entry getting another MAC on a closed interface" => [
                true, ['reservations' => [['mac' => '02:00:00:00:00:99'] + Sample::WEB, Sample::DB]], self::CALLER, self::ARP, $closed,
            ],
            "the caller's entry leaving an open interface" => [false, ['reservations' => [Sample::DB]]],
            'opening a closed interface' => [false, ['settings' => ['static_arp' => false, 'deny_unknown' => false]], '10.10.1.9', [], $closed],
        ];
    }

    /** @dataProvider routes */
    public function testGuardsTheRouterThatTheCallerComesBy(bool $isRefused, string $routes, array $fields = []): void
    {
        $gateways = '<Gateways><gateway_item><name>CORE</name><interface>opt1</interface><gateway>10.10.1.9</gateway>'
            . '<priority>9</priority></gateway_item><gateway_item><name>UP</name><interface>opt2</interface>'
            . '<gateway>10.20.0.9</gateway><defaultgw>1</defaultgw><priority>5</priority></gateway_item></Gateways><unboundplus>';
        $replace = ['<unboundplus>' => $gateways, '<virtualip>' => $routes . '<virtualip>'];
        $body = Sample::on('opt1', $fields + ['settings' => ['static_arp' => true]]);
        $refusal = Sample::refusal($body, Sample::context(['caller' => '172.16.5.5']), $replace);
        self::assertSame($isRefused ? 'lockout' : null, $refusal?->reason);
        if ($isRefused) {
            self::assertStringContainsString('172.16.5.5 by way of 10.10.1.9 on opt1', $refusal->errors[0]['message']);
        }
        $block = Sample::rule(['action' => 'block', 'source_net' => 'any', 'destination_port' => '']);
        $blocked = Sample::refusal(Sample::body(['rules' => [$block]]), Sample::context(['caller' => '172.16.5.5']), $replace);
        self::assertSame($isRefused || $fields !== [] ? 'lockout' : null, $blocked?->reason);
    }

    public static function routes(): array
    {
        $route = fn (string $fields) => "<staticroutes><route>$fields</route></staticroutes>";
        $good = '<network>172.16.0.0/12</network><gateway>CORE</gateway>';
        return [
            'a static route by the interface' => [true, $route($good)],
            'a router that has its entry' => [false, $route($good), ['reservations' => [Sample::WEB, Sample::DB, Sample::entry('core', 9)]]],
            'a route that is switched off' => [false, $route($good . '<disabled>1</disabled>')],
            'a route that is not enabled' => [false, $route($good . '<enabled>0</enabled>')],
            'a route to somewhere else' => [false, $route('<network>172.31.0.0/16</network><gateway>CORE</gateway>')],
            'a narrower route by another interface' => [
                false, '<staticroutes><route>' . $good . '</route><route><network>172.16.5.0/24</network><gateway>UP</gateway></route></staticroutes>',
            ],
            'a wider route by the interface after a narrower one' => [
                false, '<staticroutes><route><network>172.16.5.0/24</network><gateway>UP</gateway></route><route>' . $good . '</route></staticroutes>',
            ],
            'the default route by another interface' => [false, ''],
        ];
    }

    public function testGuardsTheDefaultGateway(): void
    {
        $gateway = '<Gateways><gateway_item><name>UP</name><interface>opt1</interface><gateway>10.10.1.9</gateway>'
            . '<defaultgw>1</defaultgw></gateway_item></Gateways><unboundplus>';
        $body = Sample::on('opt1', ['settings' => ['static_arp' => true]]);
        $refusal = Sample::refusal($body, Sample::context(['caller' => '203.0.113.7']), ['<unboundplus>' => $gateway]);
        self::assertSame('10.10.1.9', $refusal?->errors[0]['object']);
    }

    /** @dataProvider rules */
    public function testGuardsTheRulesThatTheCallerNeeds(bool $isRefused, array $rules, array $aliases = [], array $replace = []): void
    {
        $numbered = [];
        foreach ($rules as $n => $rule) {
            $numbered[] = $rule + ['descr' => "r [slash32:home:rule/$n]", 'sequence' => $n + 1, 'destination_port' => ''] + Sample::rule();
        }
        $body = Sample::body(['rules' => $numbered, 'aliases' => [Sample::alias(), ...$aliases]]);
        $refusal = Sample::refusal($body, Sample::context(['caller' => self::CALLER]), $replace);
        self::assertSame($isRefused ? 'lockout' : null, $refusal?->reason, json_encode($refusal?->errors));
    }

    public static function rules(): array
    {
        $block = ['action' => 'block', 'protocol' => 'any', 'source_net' => 'any'];
        $pass = ['action' => 'pass', 'protocol' => 'TCP', 'source_net' => 'any'];
        $ports = Sample::alias('s32_gui', ['type' => 'port', 'content' => ['22', '400:500']]);
        $foreign = fn (string $fields) => ['</rules>' => '<rule uuid="66666666-6666-4666-8666-666666666666"><interface>opt1</interface>'
            . $fields . '<description>by hand</description></rule></rules>'];
        return [
            'a block of everything' => [true, [$block]],
            'a reject of everything' => [true, [['action' => 'reject'] + $block]],
            'a block of TCP' => [true, [['protocol' => 'TCP/UDP'] + $block]],
            'a block of the own network' => [true, [['source_net' => 'opt1'] + $block]],
            'a block of the own address' => [true, [['source_net' => self::CALLER] + $block]],
            'a block of a network that holds it' => [true, [['source_net' => '10.0.0.0/8'] + $block]],
            'a block of all but another' => [true, [['source_net' => '10.10.1.9', 'source_not' => true] + $block]],
            'a block of an alias that holds it' => [true, [['source_net' => 's32_web'] + $block]],
            'a block of an alias that nobody can look into' => [true, [['source_net' => 'geo'] + $block]],
            'a block of the firewall' => [true, [['destination_net' => '(self)'] + $block]],
            "a block of the firewall's address" => [true, [['destination_net' => 'opt1ip'] + $block]],
            'a block of its virtual address' => [true, [['destination_net' => '10.10.1.254'] + $block]],
            'a block of the port of the web server' => [true, [['protocol' => 'TCP', 'destination_port' => '443'] + $block]],
            'a block of ports that hold it' => [true, [['protocol' => 'TCP', 'destination_port' => 's32_gui'] + $block], [$ports]],
            'a block after a pass that is not quick' => [true, [['quick' => false] + $pass, $block]],
            'a block after a pass that is switched off' => [true, [['enabled' => false] + $pass, $block]],
            'a block after a pass of another port' => [true, [['destination_port' => '22'] + $pass, $block]],
            'a block after a pass of another source' => [true, [['source_net' => '10.10.1.9'] + $pass, $block]],
            'a block after a pass of an unknown source' => [true, [['source_net' => 'geo'] + $pass, $block]],
            'a block after a pass of an alias that is switched off' => [
                true, [['source_net' => 'by_hand'] + $pass, $block], [],
                ['<enabled>1</enabled>
            <name>by_hand</name>
            <type>host</type>
            <content>10.10.1.50' => '<enabled>0</enabled><name>by_hand</name><type>host</type><content>10.10.1.60'],
            ],
            'a block after a pass of IPv6' => [true, [['ipprotocol' => 'inet6'] + $pass, $block]],
            'a block before the pass' => [true, [['sequence' => 9] + $pass, ['sequence' => 8] + $block]],
            'a block after a pass' => [false, [$pass, $block]],
            'a block after a pass of the port of the web server' => [false, [['destination_port' => 'https', 'destination_net' => '(self)'] + $pass, $block]],
            'a block after a pass of ports that hold it' => [false, [['destination_port' => 's32_gui'] + $pass, $block], [$ports]],
            'a block after a pass of an alias that holds it' => [false, [['source_net' => 's32_web'] + $pass, $block]],
            'a block after a pass made by hand' => [false, [$block], [], $foreign('<sequence>1</sequence><action>pass</action>')],
            'a block before a pass made by hand' => [true, [$block], [], $foreign('<sequence>9</sequence><action>pass</action>')],
            'a block on another interface' => [false, [['interface' => 'opt2'] + $block]],
            'a block of UDP' => [false, [['protocol' => 'UDP'] + $block]],
            'a block of ICMP' => [false, [['protocol' => 'ICMP'] + $block]],
            'a block of what goes out' => [false, [['direction' => 'out'] + $block]],
            'a block that is switched off' => [false, [['enabled' => false] + $block]],
            'a block of another source' => [false, [['source_net' => '10.10.1.9'] + $block]],
            'a block of another network as target' => [false, [['destination_net' => 'lan'] + $block]],
            'a block of another port' => [false, [['protocol' => 'TCP', 'destination_port' => '22'] + $block]],
            'a block with another port of the web server' => [
                false, [['protocol' => 'TCP', 'destination_port' => '443'] + $block], [],
                ['<protocol>https</protocol>' => '<protocol>https</protocol><port>8443</port>'],
            ],
            'a block that let the caller through before' => [
                false, [$block], [], ['<action>pass</action>
            <quick>1</quick>' => '<action>block</action>', '<protocol>TCP</protocol>
            <source_net>s32_web' => '<protocol>any</protocol><source_net>any', '<destination_port>5432' => '<destination_port>'],
            ],
        ];
    }

    public function testSeesAnAliasThatComesToHoldTheCaller(): void
    {
        $replace = ['<action>pass</action>
            <quick>1</quick>' => '<action>block</action>', '<destination_port>5432' => '<destination_port>',
            '<content>10.10.1.60' => '<content>10.10.1.9'];
        $body = Sample::body(['aliases' => [Sample::alias()]]);
        $refusal = Sample::refusal($body, Sample::context(['caller' => self::CALLER]), $replace);
        self::assertSame('lockout', $refusal?->reason);
    }

    /** @dataProvider unseen */
    public function testSaysThatItCouldNotLook(?string $words, ?string $caller, array $body, array $replace = []): void
    {
        $notes = Sample::apply(Sample::root($replace), $body, Sample::context(['caller' => $caller]))->notes;
        if ($words === null) {
            self::assertSame([], $notes);
            return;
        }
        self::assertCount(1, $notes);
        self::assertStringContainsString($words, $notes[0]);
        self::assertStringContainsString((string)$caller, $notes[0]);
        self::assertStringContainsString('could not be looked at', $notes[0]);
    }

    public static function unseen(): array
    {
        $arp = Sample::on('opt2', ['settings' => ['static_arp' => true]]);
        $deny = Sample::on('opt2', ['settings' => ['deny_unknown' => true]]);
        $open = Sample::on('opt1', ['settings' => ['static_arp' => false, 'mask' => '255.255.255.255']]);
        $fewer = Sample::on('opt1', ['reservations' => [Sample::DB]]);
        $closed = ['<numberoptions>' => '<staticarp>1</staticarp><numberoptions>'];
        $rule = fn (array $fields) => Sample::body(['rules' => [Sample::rule($fields + ['source_net' => 'any'])]]);
        $dynamic = ['<unboundplus>' => '<Gateways><gateway_item><name>UP</name><interface>wan</interface><gateway>dynamic</gateway>'
            . '<defaultgw>1</defaultgw></gateway_item></Gateways><unboundplus>'];
        $fixed = ['<unboundplus>' => '<Gateways><gateway_item><name>UP</name><interface>opt3</interface><gateway>10.10.3.9</gateway>'
            . '<defaultgw>1</defaultgw></gateway_item></Gateways><unboundplus>'];
        return [
            'static ARP over IPv6' => ['came over IPv6', '2001:db8::5', $arp],
            'deny-unknown over IPv6' => ['switches deny-unknown on on opt2', 'fe80::1%em2', $deny],
            'a block over IPv6' => ['rule/1', '2001:db8::5', $rule(['action' => 'block'])],
            'a block that is off' => [null, '2001:db8::5', $rule(['action' => 'block', 'enabled' => false])],
            'a pass over IPv6' => [null, '2001:db8::5', $rule(['action' => 'pass'])],
            'what closes nothing' => [null, '2001:db8::5', $open],
            'an IPv4 entry that goes, over IPv6' => [null, '2001:db8::5', $fewer, $closed],
            'from afar, and no gateway known' => ['does not tell on which interface', '203.0.113.9', $arp],
            'from afar, by a gateway with no fixed address' => ['does not tell on which interface', '203.0.113.9', $arp, $dynamic],
            'from afar, by a gateway that is known' => [null, '203.0.113.9', $arp, $fixed],
            'an entry that goes where static ARP is on, from afar' => ['takes reservations from opt1', '203.0.113.9', $fewer, $closed],
            'an entry that goes where nothing is closed, from afar' => [null, '203.0.113.9', $fewer],
            'a neighbour on another interface' => [null, self::CALLER, $arp],
            'the firewall itself' => [null, '127.0.0.1', $arp],
            'the firewall itself over IPv6' => [null, '::1', $arp],
            'nobody' => [null, null, $arp],
        ];
    }
}
