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

namespace OPNsense\Slash32\Test\Gui;

use OPNsense\Slash32\Gui\Overview;
use OPNsense\Slash32\Gui\PairRemedy;
use PHPUnit\Framework\TestCase;

final class OverviewTest extends TestCase
{
    public function testCountsManagedReservationsByInterfaceAndLeavesForeignOnesOut(): void
    {
        $summary = (new Overview($this->status()))->summary();
        $this->assertSame(3, $summary['managed']);
        $this->assertSame([
            ['id' => 'opt3', 'descr' => 'EMPTY', 'count' => 0],
            ['id' => 'opt2', 'descr' => 'OPT2', 'count' => 1],
            ['id' => 'opt1', 'descr' => 'SERVERS', 'count' => 2],
        ], $summary['interfaces']);
    }

    public function testSaysOfAPendingChangeWhoMadeItAndWhatItChanged(): void
    {
        [$pending] = (new Overview($this->status()))->summary()['pending'];
        $this->assertSame('slash32@10.0.0.5', $pending['user']);
        $this->assertSame('2 reservations created', $pending['summary']);
        $this->assertSame(107, $pending['seconds_left']);
    }

    public function testNamesFirstWhatIsLiveWithoutAWatchInAPair(): void
    {
        $debt = ['id' => 'b', 'owner' => 'home', 'what' => 'kept', 'code' => 'login', 'message' => 'It is refused.'];
        $summary = (new Overview(['ha' => [
            'role' => 'backup',
            'missing' => ['rules', 'nat'],
            'debts' => [$debt, ['code' => 'open'] + $debt],
            'unwatched' => [['id' => 'a', 'owner' => 'yard', 'until' => 1]],
        ]] + $this->status()))->summary();
        $this->assertSame([
            ['kind' => 'unwatched', 'values' => ['a', 'yard']],
            ['kind' => 'kept', 'values' => ['b', 'home', 'It is refused. ' . PairRemedy::of('login')]],
            ['kind' => 'missing', 'values' => ['rules, nat']],
            ['kind' => 'backup', 'values' => []],
        ], $summary['pair']);
        $this->assertSame([], (new Overview($this->status()))->summary()['pair']);
    }

    public function testAPendingChangeThatTheHistoryDoesNotKnowIsStillShown(): void
    {
        $status = ['applies' => []] + $this->status();
        [$pending] = (new Overview($status))->summary()['pending'];
        $this->assertSame(['1f0c2a3b4c5d6e7f', ''], [$pending['id'], $pending['summary']]);
    }

    public function testAChangeThatIsBeingUndoneIsShownWithNoTimeLeftUntilItIsSettled(): void
    {
        $status = ['pending' => []] + $this->status();
        $status['applies'][0]['at'] = $status['now'] - 60;
        [$settling] = (new Overview($status))->summary()['pending'];
        $this->assertSame(['1f0c2a3b4c5d6e7f', 0], [$settling['id'], $settling['seconds_left']]);
        $status['applies'][0]['at'] = $status['now'] - 86400;
        $this->assertSame([], (new Overview($status))->summary()['pending']);
    }

    public function testSortsReservationsByInterfaceAndThenByAddressAsPeopleCount(): void
    {
        $rows = (new Overview($this->status()))->reservations();
        $this->assertSame(['10.10.2.5', '10.10.1.9', '10.10.1.11'], array_column($rows, 'ipaddr'));
    }

    public function testTellsInOneLineEachWhyAnApplyEndedAndWhatWasLeft(): void
    {
        $entry = (new Overview($this->status()))->applies()[1];
        $this->assertSame([
            'Nobody confirmed in time.',
            'opt1 web: changed meanwhile',
            'a note',
            'fw2 is away',
        ], $entry['details']);
    }

    /** @dataProvider health */
    public function testTellsDhcpThatShouldRunAndDoesNotFromDhcpThatIsNotInUse(array $health, string $word): void
    {
        $status = ['dhcpd_health' => $health] + $this->status();
        $this->assertSame($word, (new Overview($status))->summary()['dhcp']);
    }

    public static function health(): array
    {
        return [
            'running' => [['expected' => true, 'running' => true], 'running'],
            'stopped' => [['expected' => true, 'running' => false], 'stopped'],
            'not in use' => [['expected' => false, 'running' => false], 'off'],
            'not known' => [[], 'off'],
        ];
    }

    public function testAFreshInstallationHasNothingToShowAndDoesNotFail(): void
    {
        $summary = (new Overview(['result' => 'ok']))->summary();
        $this->assertSame([0, [], [], []], [
            $summary['managed'], $summary['interfaces'], $summary['pending'], $summary['recent'],
        ]);
    }

    private function status(): array
    {
        $row = fn (string $interface, string $address, ?string $owner) => [
            'interface' => $interface, 'ipaddr' => $address, 'mac' => '10:66:6a:00:00:01', 'hostname' => 'web',
            'descr' => 'web', 'owner' => $owner, 'nic' => 'default/web/eth0',
        ];
        $entry = ['owner' => 'home', 'at' => 1, 'user' => 'slash32@10.0.0.5', 'host' => 'incus1'];
        return [
            'result' => 'ok',
            'now' => 1795430000,
            'scope' => ['interfaces' => ['opt1', 'opt3'], 'max_confirm_seconds' => 600],
            'interfaces' => [
                ['id' => 'opt1', 'descr' => 'SERVERS'], ['id' => 'opt2', 'descr' => ''], ['id' => 'opt3', 'descr' => 'EMPTY'],
            ],
            'reservations' => [
                $row('opt1', '10.10.1.11', 'home'),
                $row('opt1', '10.10.1.9', 'lab'),
                $row('opt1', '10.10.1.10', null),
                $row('opt1', '10.10.1.12', ''),
                $row('opt2', '10.10.2.5', 'home'),
            ],
            'pending' => [[
                'id' => '1f0c2a3b4c5d6e7f', 'owner' => 'home', 'since' => 1, 'deadline' => 120, 'seconds_left' => 107,
            ]],
            'applies' => [
                ['id' => '1f0c2a3b4c5d6e7f', 'outcome' => 'pending', 'summary' => '2 reservations created'] + $entry,
                [
                    'id' => '2', 'outcome' => 'expired', 'summary' => '', 'reason' => 'Nobody confirmed in time.',
                    'left' => [['where' => 'opt1', 'object' => 'web', 'message' => 'changed meanwhile']],
                    'notes' => ['a note'], 'peer' => ['pushed' => false, 'message' => 'fw2 is away'],
                ] + $entry,
            ],
            'dhcpd_health' => ['expected' => true, 'running' => true, 'pid' => 1],
        ];
    }
}
