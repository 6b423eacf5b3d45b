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

use OPNsense\Slash32\Edit\PolicyText;
use PHPUnit\Framework\TestCase;
use Slash32Test\Sample;

require_once __DIR__ . '/../fixtures/Sample.php';

final class RedirectsTest extends TestCase
{
    public function testBringsARedirectInAnOldFormIntoTheOneThatOpnsenseReads(): void
    {
        $root = Sample::root();
        $before = Sample::canon($root);
        $outcome = Sample::apply($root, Sample::body(['redirects' => [Sample::redirect()]]));
        $rule = $root->nat->rule[1];
        self::assertSame('77777777-7777-4777-8777-777777777777', (string)$rule['uuid']);
        self::assertSame(['any', 'wanip', '443'], [(string)$rule->source->network, (string)$rule->destination->network, (string)$rule->destination->port]);
        self::assertFalse(isset($rule->source->any));
        self::assertFalse(isset($rule->destination->address));
        self::assertSame(['disable', 'slash32', '0'], [(string)$rule->natreflection, (string)$rule->category, (string)$rule->nosync]);
        self::assertSame(['kept', 'kept'], [(string)$rule->tag, (string)$rule->created->username]);
        self::assertSame(1, $outcome->changed['redirects']);
        self::assertSame(['filter'], $outcome->reload);
        self::assertSame([], Sample::apply($root, Sample::body(['redirects' => [Sample::redirect()]]))->changes);
        self::assertSame([], Sample::restore($root, $outcome)->left);
        self::assertSame($before, Sample::canon($root));
    }

    public function testPutsADeletedRedirectBackWhereItStood(): void
    {
        $root = Sample::root();
        $before = Sample::canon($root);
        $outcome = Sample::apply($root, Sample::body(['redirects' => []]));
        self::assertCount(2, $root->nat->rule);
        self::assertSame([], Sample::restore($root, $outcome)->left);
        self::assertSame($before, Sample::canon($root));
    }

    public function testLeavesOurCategoryWhereSomebodyPutADestinationNatIntoItMeanwhile(): void
    {
        $root = Sample::root();
        $outcome = Sample::apply($root, Sample::body(['redirects' => [Sample::redirect()]]));
        $root->nat->rule[0]->addChild('category', 'other,slash32');
        Sample::restore($root, $outcome);
        self::assertSame('slash32', (string)$root->OPNsense->Firewall->Category->categories->category->name);
    }

    /** @dataProvider refusals */
    public function testRefuses(string $code, string $where, array $redirects, array $replace = [], array $context = []): void
    {
        $refusal = Sample::refusal(Sample::body(['redirects' => $redirects]), Sample::context($context), $replace);
        self::assertNotNull($refusal, 'It was applied.');
        self::assertSame($code, $refusal->reason, json_encode($refusal->errors));
        self::assertContains($where, array_column($refusal->errors, 'where'), json_encode($refusal->errors));
    }

    public static function refusals(): array
    {
        $one = fn (array $fields = []) => [Sample::redirect($fields)];
        $port = 'redirects/0/destination_port';
        $lan = $one(['interface' => 'lan', 'destination_net' => 'lanip']);
        return [
            'what an older entry takes' => ['taken', $port, $one(['destination_port' => '8000-8010'])],
            "what another owner's takes" => ['taken', $port, $one(['destination_port' => '90'])],
            'what one of every protocol takes' => [
                'taken', $port, $one(['destination_port' => '8005', 'protocol' => 'udp']), ['<protocol>tcp</protocol>
      <destination>
        <address>203' => '<destination><address>203'],
            ],
            'what one on every interface takes' => [
                'taken', $port, $one(['destination_port' => '8005']), ['<interface>wan</interface>
      <protocol>tcp</protocol>
      <destination>
        <address>203' => '<protocol>tcp</protocol><destination><address>203'],
            ],
            'what one of every port takes' => ['taken', $port, $one(['destination_port' => '7']), ['<port>8005' => '<port>']],
            'what one of an alias may take' => [
                'taken', $port, $one(['destination_port' => '8005']), ['<address>203.0.113.2' => '<address>by_hand'],
            ],
            'everything while nothing may be touched' => ['scope', 'redirects/0/target', $one(), [], ['scope' => []]],
            'a redirect on a node that is the backup there' => [
                'backup_node', 'opt1', $one(['interface' => 'opt1', 'destination_net' => '10.10.1.254']), [],
                ['carp' => Sample::carp('BACKUP')],
            ],
            'the web server of the firewall where it has its way in' => ['lockout', 'redirects/0', $lan],
            'its redirect to the web server' => [
                'lockout', 'redirects/0', $one(['interface' => 'lan', 'destination_net' => 'lanip', 'destination_port' => '80']),
                ['<system>' => '<system><webgui><protocol>https</protocol></webgui>'],
            ],
            'its secure shell' => [
                'lockout', 'redirects/0', $one(['interface' => 'lan', 'destination_net' => 'lanip', 'destination_port' => '2222']),
                ['<system>' => '<system><ssh><enabled>1</enabled><port>2222</port></ssh>'],
            ],
            'its web server on another port' => [
                'lockout', 'redirects/0', $one(['interface' => 'lan', 'destination_net' => 'lanip', 'destination_port' => '4000-5000']),
                ['<system>' => '<system><webgui><port>4443</port></webgui>'],
            ],
        ];
    }

    public function testLetsThroughWhatTakesNothingOfAnybody(): void
    {
        foreach (
            [
                [['destination_port' => '8005', 'protocol' => 'udp'], []],
                [['interface' => 'lan', 'destination_net' => 'lanip', 'destination_port' => '8006'], []],
                [['interface' => 'lan', 'destination_net' => 'lanip'], ['<system>' => '<system><webgui><noantilockout>1</noantilockout></webgui>']],
                [['interface' => 'lan', 'destination_net' => 'lanip', 'protocol' => 'udp'], []],
                [['destination_port' => '8005'], ['<target>10.10.1.50' => '<disabled>1</disabled><target>10.10.1.50']],
                [['destination_port' => '8005'], ['<ipaddr>dhcp</ipaddr>' => '<ipaddr>203.0.113.9</ipaddr><subnet>24</subnet>']],
            ] as [$fields, $replace]
        ) {
            $refusal = Sample::refusal(Sample::body(['redirects' => [Sample::redirect($fields)]]), null, $replace);
            self::assertNull($refusal, json_encode([$fields, $refusal?->errors]));
        }
    }

    public function testTellsThePolicyWithoutASecret(): void
    {
        $root = Sample::root(['<name>by_hand</name>
            <type>host</type>' => '<name>by_hand</name><type>urltable</type><password>hunter2</password>', '<content>10.10.1.50' => "<content>https://x:hunter2@example.org/\ns32_web"]);
        $text = PolicyText::of($root);
        self::assertStringNotContainsString('hunter2', $text);
        self::assertStringContainsString('<content>s32_web</content>', $text);
        self::assertStringContainsString('<target>10.10.1.80</target>', $text);
        self::assertStringNotContainsString('staticmap', $text);
    }
}
