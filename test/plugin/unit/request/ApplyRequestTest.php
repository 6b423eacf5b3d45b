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

namespace Slash32Test\Request;

use OPNsense\Slash32\Request\ApplyRequest;
use OPNsense\Slash32\Request\Form;
use OPNsense\Slash32\Request\Refusal;
use PHPUnit\Framework\TestCase;
use Slash32Test\Sample;

require_once __DIR__ . '/../fixtures/Sample.php';

final class ApplyRequestTest extends TestCase
{
    public function testReadsEveryFieldOfACompleteRequest(): void
    {
        $request = ApplyRequest::parse(self::complete());

        self::assertSame('home', $request->owner);
        self::assertSame('incus1.lan', $request->host);
        self::assertTrue($request->takeOver);
        self::assertTrue($request->dryRun);
        self::assertSame(120, $request->confirmSeconds);
        self::assertSame(str_repeat('f', 64), $request->token);
        self::assertSame(['10.10.1.253', '10.10.1.253'], $request->segments[0]->settings['range']);
        self::assertSame([0 => '52:54:00:01:00:01'], $request->segments[0]->adopt);
        self::assertSame('web', $request->segments[0]->reservations[1]->hostname);
        self::assertSame('5432', $request->rules[0]->fields['destination_port']);
        self::assertSame('0', $request->rules[0]->fields['log']);
    }

    public function testTellsAnAbsentListFromAnEmptyOne(): void
    {
        $absent = ApplyRequest::parse(Sample::on('opt1', []));
        self::assertNull($absent->aliases);
        self::assertNull($absent->rules);
        self::assertNull($absent->segments[0]->reservations);

        $empty = ApplyRequest::parse(['aliases' => [], 'rules' => []] + Sample::on('opt1', ['reservations' => []]));
        self::assertSame([], $empty->aliases);
        self::assertSame([], $empty->rules);
        self::assertSame([], $empty->segments[0]->reservations);
    }

    public function testKeepsASettingThatIsTakenAwayApartFromOneThatIsNotNamed(): void
    {
        $settings = ApplyRequest::parse(Sample::on('opt1', ['settings' => ['router' => null, 'static_arp' => false]]))
            ->segments[0]->settings;
        self::assertSame(['static_arp' => false, 'router' => null], $settings);
    }

    /** @dataProvider goodParts */
    public function testTakesWhatOpnsenseTakes(array $body): void
    {
        self::assertInstanceOf(ApplyRequest::class, ApplyRequest::parse($body));
    }

    public static function goodParts(): array
    {
        $rule = fn (array $fields) => [Sample::body(['rules' => [Sample::rule($fields)]])];
        $entry = fn (array $fields) => [Sample::on('opt1', ['reservations' => [Sample::entry('a', 11, $fields)]])];
        return [
            'a description with markup, quotes and letters of all kinds' => $entry([
                'descr' => '<b>"\'& Größe 日本 [slash32:home:x:]',
            ]),
            'no host name' => $entry(['hostname' => '']),
            'the firewall itself' => $rule(['destination_net' => '(self)']),
            'a network' => $rule(['source_net' => '10.0.0.0/8', 'source_not' => true]),
            'a list of aliases' => $rule(['source_net' => 's32_a,s32_b']),
            'an IPv6 network' => $rule(['source_net' => '2001:db8::/32', 'ipprotocol' => 'inet6']),
            'a range of ports' => $rule(['destination_port' => '1000-2000']),
            'a service' => $rule(['destination_port' => 'https']),
            'no router' => [Sample::on('opt1', ['settings' => ['router' => 'none']])],
        ];
    }

    public function testReadsAnOwnerThatIsWrittenWithPercentSigns(): void
    {
        $body = ['owner' => 'a.b'] + Sample::on('opt1', ['reservations' => [
            ['descr' => 'a [slash32:a%2Eb:default/a/eth0:]'] + Sample::entry('a', 11),
        ]]);
        self::assertSame('a.b', ApplyRequest::parse($body)->owner);
    }

    public function testListsFiftyErrorsAndCountsTheRest(): void
    {
        $bad = array_map(fn (int $n) => Sample::entry("e$n", 1, ['mac' => 'x']), range(1, 70));
        $errors = self::refusal(Sample::on('opt1', ['reservations' => $bad]))->errors;
        self::assertCount(51, $errors);
        self::assertMatchesRegularExpression('/^And \d+ more\.$/', $errors[50]['message']);
    }

    public function testRefusesMoreThanTwentyThousandEntriesInOneListAndInAll(): void
    {
        $many = array_fill(0, 20001, 'x');
        self::assertSame('invalid', self::refusal(Sample::on('opt1', ['reservations' => $many]))->reason);
        $half = array_fill(0, 10001, 'x');
        $two = [['interface' => 'opt1', 'reservations' => $half], ['interface' => 'opt2', 'reservations' => $half]];
        $refusal = self::refusal(Sample::body(['segments' => $two]));
        self::assertStringContainsString('20000 entries in all', $refusal->errors[0]['message']);
    }

    public function testKeepsItsMemoryWhenAMillionThingsAreWrong(): void
    {
        $body = Sample::body(array_fill_keys(array_map(fn (int $n) => "f$n", range(1, 300000)), 1));
        memory_reset_peak_usage();
        $before = memory_get_usage();
        $refusal = self::refusal($body);
        self::assertLessThan(20 << 20, memory_get_peak_usage() - $before);
        self::assertSame('And 950 more at least.', $refusal->errors[50]['message']);
    }

    public function testNamesAFieldInWholeLetters(): void
    {
        $errors = self::refusal(Sample::body([str_repeat('ü', 200) => 1]))->errors;
        self::assertSame(str_repeat('ü', 80), $errors[0]['where']);
        self::assertSame('', Form::start("\xff"));
    }

    public function testReadsTenThousandReservations(): void
    {
        $all = [];
        for ($n = 0; $n < 10000; $n++) {
            $all[] = Sample::entry("h$n", 1, [
                'mac' => sprintf('10:66:6a:01:%02x:%02x', $n >> 8, $n & 255),
                'ipaddr' => long2ip(ip2long('10.20.1.0') + $n),
            ]);
        }
        $request = ApplyRequest::parse(Sample::on('opt2', ['reservations' => $all]));
        self::assertCount(10000, $request->segments[0]->reservations);
    }

    public function testNeverAnswersWithTheToken(): void
    {
        $refusal = self::refusal(Sample::body(['token' => str_repeat('g', 64), 'confirm_seconds' => 5]));
        self::assertStringNotContainsString('gggg', json_encode($refusal->errors) . $refusal->getMessage());
    }

    private static function refusal(mixed $body): Refusal
    {
        try {
            ApplyRequest::parse($body);
        } catch (Refusal $e) {
            return $e;
        }
        self::fail('It was taken.');
    }

    private static function complete(): array
    {
        return [
            'host' => 'incus1.lan', 'take_over' => true, 'dry_run' => true, 'message' => 'slash32: 3 changes',
            'confirm_seconds' => 120, 'token' => str_repeat('f', 64),
            'aliases' => [Sample::alias()], 'rules' => [Sample::rule()],
        ] + ['segments' => [[
            'interface' => 'opt1',
            'settings' => Sample::MANAGED,
            'reservations' => [
                ['at' => 0, 'mac' => '52:54:00:01:00:01', 'descr' => 'x [slash32:home:x:]'] + Sample::entry('hand', 50),
                Sample::WEB,
            ],
            'adopt' => [['at' => 0, 'mac' => '52:54:00:01:00:01']],
            'release' => [['descr' => 'db'] + Sample::DB],
        ]]] + Sample::body();
    }
}
