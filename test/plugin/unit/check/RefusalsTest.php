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

final class RefusalsTest extends TestCase
{
    /** @dataProvider refusals */
    public function testRefuses(string $code, string $where, array $body, array $context = [], array $replace = []): void
    {
        $refusal = Sample::refusal($body, Sample::context($context), $replace);
        self::assertNotNull($refusal, 'It was applied.');
        self::assertSame($code, $refusal->reason, json_encode($refusal->errors));
        self::assertContains($where, array_column($refusal->errors, 'where'), json_encode($refusal->errors));
        foreach ($refusal->errors as $error) {
            self::assertSame(['where', 'object', 'message'], array_keys($error));
        }
    }

    public static function refusals(): array
    {
        $on = fn (array $fields) => Sample::on('opt1', $fields);
        $with = fn (array $entry) => $on(['reservations' => [Sample::WEB, Sample::DB, $entry]]);
        $new = fn (string $name, int $last, array $fields = []) => $with(Sample::entry($name, $last, $fields));
        $settings = fn (array $fields) => $on(['settings' => $fields]);
        $third = 'segments/0/reservations/2/';
        $hand = ['at' => 0, 'mac' => '52:54:00:01:00:01'] + Sample::entry('hand', 50);
        return [
            'an interface out of scope' => ['scope', 'segments/0/interface', $on([]), ['scope' => ['opt2']]],
            'everything while the scope is empty' => ['scope', 'segments/0/interface', $on([]), ['scope' => []]],
            'aliases while the scope is empty' => [
                'scope', 'aliases', Sample::body(['aliases' => [Sample::alias()]]), ['scope' => []],
            ],
            'a rule out of scope' => ['scope', 'rules/0/interface', Sample::body(['rules' => [Sample::rule(['interface' => 'lan'])]])],
            'touching a rule that stands out of scope' => [
                'scope', 'rules', Sample::body(['rules' => []]), ['scope' => ['opt2']],
            ],
            'an interface that is not there' => ['invalid', 'segments/0/interface', Sample::on('opt9', []), ['scope' => ['opt9']]],
            'more time to confirm than allowed' => [
                'confirm_time', 'confirm_seconds', ['confirm_seconds' => 601, 'token' => str_repeat('a', 64)] + Sample::body(),
            ],
            'a segment of a backup node' => ['backup_node', 'opt1', $on([]), ['carp' => Sample::carp('BACKUP')]],
            'a rule on a backup node' => [
                'backup_node', 'opt1', Sample::body(['rules' => [Sample::rule()]]), ['carp' => Sample::carp('BACKUP')],
            ],
            'aliases on a backup node' => [
                'backup_node', 'opt1', Sample::body(['aliases' => [Sample::alias()]]), ['carp' => Sample::carp('BACKUP')],
            ],
            'an interface without a virtual address on a backup node' => [
                'backup_node', 'opt1', Sample::on('opt2', []), ['carp' => Sample::carp('BACKUP')],
            ],
            'a node whose CARP has not begun' => ['backup_node', 'opt1', $on([]), ['carp' => Sample::carp('INIT')]],
            'a node whose CARP status cannot be seen' => ['backup_node', 'opt1', $on([]), ['carp' => Sample::carp('')]],
            'a foreign entry' => ['foreign', 'segments/0/reservations/0/at', $on(['reservations' => [$hand]])],
            'a foreign entry adopted with another MAC' => [
                'foreign', 'segments/0/reservations/0/at',
                $on(['reservations' => [$hand], 'adopt' => [['at' => 0, 'mac' => '52:54:00:01:00:09']]]),
            ],
            "another owner's entry" => [
                'foreign', $third . 'at', $with(['at' => 3, 'mac' => '52:54:00:01:00:02'] + Sample::entry('theirs', 80)),
            ],
            'an entry that is not there' => ['foreign', $third . 'at', $new('a', 11, ['at' => 4])],
            'handing over what belongs to somebody else' => [
                'foreign', 'segments/0/release/0/at',
                $on(['reservations' => [], 'release' => [['descr' => 'x'] + $hand]]),
            ],
            'adopting what no reservation takes' => [
                'invalid', 'segments/0/adopt', $on(['reservations' => [], 'adopt' => [['at' => 0, 'mac' => '52:54:00:01:00:01']]]),
            ],
            'a MAC of a foreign entry' => ['taken', $third . 'mac', $new('a', 11, ['mac' => '52:54:00:01:00:01'])],
            'a MAC of a foreign entry in another form' => [
                'taken', $third . 'mac', $new('a', 11, ['mac' => '52:54:00:01:00:01']), [],
                ['<mac>52:54:00:01:00:01' => '<mac>52-54-00-01-00-01'],
            ],
            "an address of another owner" => ['taken', $third . 'ipaddr', $new('a', 80)],
            'handing over with the address of another' => [
                'taken', 'segments/0/release/0/ipaddr',
                $on(['reservations' => [Sample::DB], 'release' => [['descr' => 'x', 'ipaddr' => '10.10.1.50'] + Sample::WEB]]),
            ],
            'an address outside the network' => ['invalid', $third . 'ipaddr', $new('a', 11, ['ipaddr' => '10.10.2.11'])],
            'the network itself' => ['invalid', $third . 'ipaddr', $new('a', 0)],
            'the broadcast address' => ['invalid', $third . 'ipaddr', $new('a', 255)],
            "the firewall's address" => ['invalid', $third . 'ipaddr', $new('a', 1)],
            'a virtual address' => ['invalid', $third . 'ipaddr', $new('a', 254)],
            'the first address of the dynamic range' => ['invalid', $third . 'ipaddr', $new('a', 200)],
            'the last address of the dynamic range' => ['invalid', $third . 'ipaddr', $new('a', 240)],
            'an address in a range that is asked for' => [
                'invalid', 'segments/0/reservations/2/ipaddr', $on([
                    'settings' => ['range' => ['from' => '10.10.1.10', 'to' => '10.10.1.12']],
                    'reservations' => [Sample::WEB, Sample::DB, Sample::entry('a', 11)],
                ]),
            ],
            'an address in the range of a further pool' => [
                'invalid', $third . 'ipaddr', $new('a', 20), [],
                ['<numberoptions>' => '<pool><range><from>10.10.1.29</from><to>10.10.1.20</to></range></pool><numberoptions>'],
            ],
            'a new host name with a dot' => ['invalid', $third . 'hostname', $new('a.b', 11)],
            'a new host name with a blank' => ['invalid', $third . 'hostname', $new('ab', 11, ['hostname' => 'a b'])],
            'a new host name that begins with a dash' => ['invalid', $third . 'hostname', $new('-a', 11)],
            'DHCP where there is no address' => [
                'invalid', 'segments/0/settings/enabled', Sample::on('opt4', ['settings' => ['enabled' => true]]), ['scope' => ['opt4']],
            ],
            'an entry where there is no address' => [
                'invalid', 'segments/0/reservations/0/ipaddr', Sample::on('opt4', ['reservations' => [Sample::entry('a', 11)]]),
                ['scope' => ['opt4']],
            ],
            'a range outside the network' => [
                'invalid', 'segments/0/settings/range', $settings(['range' => ['from' => '10.10.1.9', 'to' => '10.10.2.9']]),
            ],
            'a range that holds the broadcast address' => [
                'invalid', 'segments/0/settings/range', $settings(['range' => ['from' => '10.10.1.9', 'to' => '10.10.1.255']]),
            ],
            'a router outside the network' => ['invalid', 'segments/0/settings/router', $settings(['router' => '10.10.2.1'])],
            'the broadcast address as router' => ['invalid', 'segments/0/settings/router', $settings(['router' => '10.10.1.255'])],
            'a mask with a hole' => ['invalid', 'segments/0/settings/mask', $settings(['mask' => '255.0.255.0'])],
            'no mask at all' => ['invalid', 'segments/0/settings/mask', $settings(['mask' => '0.0.0.0'])],
            'a mask where OPNsense would pass over it' => [
                'invalid', 'segments/0/settings/mask', $settings(['mask' => '255.255.255.255']), [],
                ['<numberoptions>' => '<numberoptions/><numberoptions>'],
            ],
            'an option 121 that is no list of routes' => [
                'invalid', 'segments/0/settings/routes', $settings(['routes' => '21:0a:0a:01:01:00:00:00:00']),
            ],
            'an option 121 that ends too early' => [
                'invalid', 'segments/0/settings/routes', $settings(['routes' => '20:0a:0a:01:01:00:00']),
            ],
            'an option 121 where OPNsense would pass over it' => [
                'invalid', 'segments/0/settings/routes', $settings(['routes' => '00:0a:0a:01:01']), [],
                ['<numberoptions>' => '<numberoptions/><numberoptions>'],
            ],
            'an alias of somebody else' => ['taken', 'aliases/0/name', Sample::body(['aliases' => [Sample::alias('by_hand')], 'rules' => []])],
            'an alias named like an interface' => ['invalid', 'aliases/0/name', Sample::body(['aliases' => [Sample::alias('opt1')]])],
            'an alias named like an interface to come' => ['invalid', 'aliases/0/name', Sample::body(['aliases' => [Sample::alias('opt77')]])],
            "an alias named like an interface's address" => ['invalid', 'aliases/0/name', Sample::body(['aliases' => [Sample::alias('LANip')]])],
            'an alias named like an interface group' => [
                'invalid', 'aliases/0/name', Sample::body(['aliases' => [Sample::alias('Servers')]]), [],
                ['<virtualip>' => '<ifgroups><ifgroupentry><ifname>servers</ifname></ifgroupentry></ifgroups><virtualip>'],
            ],
            'an alias named like a word of pf' => ['invalid', 'aliases/0/name', Sample::body(['aliases' => [Sample::alias('pass')]])],
        ];
    }

    /** @dataProvider accepted */
    public function testLetsThrough(array $body, array $replace = []): void
    {
        $refusal = Sample::refusal($body, null, $replace);
        self::assertNull($refusal, $refusal === null ? '' : $refusal->reason . json_encode($refusal->errors));
    }

    public static function accepted(): array
    {
        $on = fn (array $fields) => Sample::on('opt1', $fields);
        $both = fn (array $more = []) => $on(['reservations' => [$more + Sample::WEB, Sample::DB]]);
        return [
            'an own entry that lay in the range before' => [
                $both(['ipaddr' => '10.10.1.210', 'hostname' => 'renamed']), ['<ipaddr>10.10.1.60' => '<ipaddr>10.10.1.210'],
            ],
            'an own entry that lay outside the network before' => [
                $both(['ipaddr' => '10.99.1.60', 'hostname' => 'renamed']), ['<ipaddr>10.10.1.60' => '<ipaddr>10.99.1.60'],
            ],
            'an address that the range leaves' => [$on([
                'settings' => ['range' => ['from' => '10.10.1.253', 'to' => '10.10.1.253']],
                'reservations' => [Sample::WEB, Sample::DB, Sample::entry('a', 210)],
            ])],
            'a host name in a form that stood there before' => [
                $both(['hostname' => 'web 1.old', 'arp' => true]), ['<hostname>web<' => '<hostname>web 1.old<'],
            ],
            'an entry that was doubled before' => [
                $both(['hostname' => 'renamed']), ['<ipaddr>10.10.1.50' => '<ipaddr>10.10.1.60', '<mac>52:54:00:01:00:01' => '<mac>10:66:6a:00:00:0a'],
            ],
            'a virtual address as router' => [$on(['settings' => ['router' => '10.10.1.254']])],
            'the firewall as router' => [$on(['settings' => ['router' => '10.10.1.1']])],
            'both ends of a network of two' => [
                Sample::on('opt3', ['reservations' => [Sample::entry('a', 1, ['ipaddr' => '10.10.3.0'])]]),
                ['<ipaddr>10.10.3.1</ipaddr>
      <subnet>24' => '<ipaddr>10.10.3.1</ipaddr><subnet>31'],
            ],
            'names that many of pf begin with' => [Sample::body(['aliases' => [Sample::alias(), Sample::alias('opt1_hosts'), Sample::alias('passage')]])],
        ];
    }

    public function testNotesAHostNameThatSomebodyElseHasToo(): void
    {
        $body = Sample::on('opt1', ['reservations' => [Sample::WEB, Sample::DB, Sample::entry('HAND', 11)]]);
        self::assertSame(
            ['opt1: the host name HAND is taken by reservation 1 (52:54:00:01:00:01, 10.10.1.50, "hand").'],
            Sample::apply(Sample::root(), $body)->notes
        );
        self::assertSame([], Sample::apply(Sample::root(), Sample::on('opt1', ['reservations' => [Sample::WEB]]))->notes);
    }

    public function testTellsTheMostImportantReasonFirst(): void
    {
        $body = Sample::body(['segments' => [
            ['interface' => 'lan'], ['interface' => 'opt1', 'reservations' => [Sample::entry('a', 80), Sample::entry('b', 255)]],
        ]]);
        self::assertSame('scope', Sample::refusal($body)->reason);
        unset($body['segments'][0]);
        $body['segments'] = array_values($body['segments']);
        self::assertSame('invalid', Sample::refusal($body)->reason);
    }

    public function testNamesTheForeignEntryThatIsInTheWay(): void
    {
        $message = Sample::refusal(Sample::on('opt1', ['reservations' => [Sample::entry('a', 50)]]))->errors[0]['message'];
        self::assertSame('10.10.1.50 is taken by reservation 1 (52:54:00:01:00:01, 10.10.1.50, "hand").', $message);
    }
}
