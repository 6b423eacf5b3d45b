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

/**
 * The lock-out guard where it does not know everything: the caller's MAC address, the address of the firewall that it
 * uses, rules that stood there before.
 */
final class CallerTest extends TestCase
{
    private const CALLER = '10.10.1.60';
    private const CLOSED = ['<opt1>' => '<opt1><staticarp>1</staticarp>'];

    /** @dataProvider entries */
    public function testWantsTheMacAddressOfTheCallerToStay(bool $isRefused, array $web, array $arp): void
    {
        $body = Sample::on('opt1', ['reservations' => [$web + Sample::WEB, Sample::DB]]);
        $refusal = Sample::refusal($body, Sample::context(['caller' => self::CALLER, 'arp' => $arp]), self::CLOSED);
        self::assertSame($isRefused ? 'lockout' : null, $refusal?->reason);
    }

    public static function entries(): array
    {
        $mac = '10:66:6a:00:00:0a';
        return [
            'another name, ARP not known' => [false, ['hostname' => 'www'], []],
            'another MAC, ARP not known' => [true, ['mac' => '10:66:6a:00:00:99'], []],
            'another MAC, ARP knows the old one' => [true, ['mac' => '10:66:6a:00:00:99'], [self::CALLER => $mac]],
            'another MAC, ARP knows the new one' => [false, ['mac' => '10:66:6a:00:00:99'], [self::CALLER => '10:66:6a:00:00:99']],
            'another address, ARP not known' => [true, ['ipaddr' => '10.10.1.61'], []],
        ];
    }

    public function testSeesACallerOnTheNetworkOfAVirtualAddress(): void
    {
        $vip = '<virtualip><vip><interface>opt1</interface><mode>ipalias</mode><subnet>10.99.0.1</subnet><subnet_bits>24</subnet_bits></vip>';
        $body = Sample::on('opt1', ['settings' => ['static_arp' => true]]);
        foreach (['10.99.0.5' => 'lockout', '10.99.1.5' => null, '10.99.0.1' => null] as $caller => $reason) {
            $refusal = Sample::refusal($body, Sample::context(['caller' => $caller]), ['<virtualip>' => $vip]);
            self::assertSame($reason, $refusal?->reason, $caller);
        }
    }

    /** @dataProvider rules */
    public function testGuardsEveryAddressOfTheFirewallThatTheCallerMayUse(bool $isRefused, array $rules, array $replace = []): void
    {
        $numbered = [];
        foreach ($rules as $n => $rule) {
            $numbered[] = $rule + ['descr' => "r [slash32:home:rule/$n]", 'sequence' => $n + 1, 'destination_port' => '', 'protocol' => 'any',
                'source_net' => 'any', 'action' => 'block'] + Sample::rule();
        }
        $body = Sample::body(['rules' => $numbered]);
        $refusal = Sample::refusal($body, Sample::context(['caller' => self::CALLER]), $replace);
        self::assertSame($isRefused ? 'lockout' : null, $refusal?->reason, json_encode($refusal?->errors));
    }

    public static function rules(): array
    {
        $virtual = ['destination_net' => '10.10.1.254'];
        $standing = fn (string $net) => ['</rules>' => '<rule uuid="66666666-6666-4666-8666-666666666666"><enabled>1</enabled>'
            . '<sequence>1</sequence><action>block</action><interface>opt1</interface><protocol>any</protocol>'
            . "<source_net>$net</source_net><destination_net>any</destination_net><description>[slash32:lab:rule/9]</description></rule></rules>"];
        return [
            'a block of all but the virtual address' => [true, [$virtual + ['destination_not' => true]]],
            'a block of all but the own network' => [false, [['destination_net' => 'opt1', 'destination_not' => true]]],
            'a pass to the virtual address only, then a block' => [true, [$virtual + ['action' => 'pass'], []]],
            'a pass to all addresses, then a block' => [false, [['action' => 'pass', 'destination_net' => 'opt1'], []]],
            'a pass to all but the virtual address, then a block' => [
                true, [$virtual + ['action' => 'pass', 'destination_not' => true], []],
            ],
            'a block that is not quick, then a quick pass' => [false, [['quick' => false], ['action' => 'pass']]],
            'a block that is not quick, then a pass that is not' => [true, [['quick' => false], ['action' => 'pass', 'quick' => false]]],
            'a block beside one that stands there and may concern the caller' => [true, [[]], $standing('geo')],
            'a block beside one that stands there and does not concern the caller' => [true, [[]], $standing('10.9.0.0/16')],
            'a block beside one that stands there and does not keep the caller out' => [false, [[]], $standing('any')],
            'no block beside one that may concern the caller' => [false, [['action' => 'pass', 'source_net' => 'geo']], $standing('geo')],
        ];
    }

    public function testNoticesWhenABlockThatStandsThereComesToHoldTheCaller(): void
    {
        $rule = '<rule uuid="66666666-6666-4666-8666-666666666666"><enabled>1</enabled><sequence>1</sequence><action>block</action>'
            . '<interface>opt1</interface><source_net>s32_bad</source_net><description>[slash32:home:rule/9]</description></rule></rules>';
        $aliases = fn (string $address) => Sample::body(['aliases' => [Sample::alias(), Sample::alias('s32_bad', ['content' => [$address]])]]);
        $context = Sample::context(['caller' => self::CALLER]);
        self::assertNull(Sample::refusal($aliases('10.10.1.61'), $context, ['</rules>' => $rule]));
        self::assertSame('lockout', Sample::refusal($aliases(self::CALLER), $context, ['</rules>' => $rule])?->reason);
    }

    public function testRefusesStaticArpWhereNobodyCanHaveAnEntry(): void
    {
        $refusal = Sample::refusal(Sample::on('opt4', ['settings' => ['static_arp' => true]]), Sample::context(['scope' => ['opt4']]));
        self::assertSame(['invalid', 'segments/0/settings/static_arp'], [$refusal?->reason, $refusal?->errors[0]['where']]);
    }
}
