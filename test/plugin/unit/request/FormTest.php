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
use OPNsense\Slash32\Request\Refusal;
use PHPUnit\Framework\TestCase;
use Slash32Test\Sample;

require_once __DIR__ . '/../fixtures/Sample.php';

/**
 * The bad forms of each field, and where each is named.
 */
final class FormTest extends TestCase
{
    /** @dataProvider wrongBodies */
    public function testRefusesWhatHasTheWrongForm(mixed $body, string $where): void
    {
        $refusal = self::refusal($body);
        self::assertSame('invalid', $refusal->reason);
        self::assertContains($where, array_column($refusal->errors, 'where'), json_encode($refusal->errors));
    }

    public static function wrongBodies(): array
    {
        $on = fn (array $fields) => Sample::on('opt1', $fields);
        $entry = fn (array $fields) => $on(['reservations' => [Sample::entry('a', 11, $fields)]]);
        $rule = fn (array $fields) => Sample::body(['rules' => [Sample::rule($fields)]]);
        $alias = fn (array $fields) => Sample::body(['aliases' => [Sample::alias('s32_a', $fields)]]);
        $settings = fn (array $fields) => $on(['settings' => $fields]);
        $first = 'segments/0/reservations/0/';
        return [
            'no JSON object' => ['text', ''],
            'null' => [null, ''],
            'a list' => [[1, 2], ''],
            'an unknown field' => [Sample::body(['supprise' => 1]), 'supprise'],
            'an unknown field of an entry' => [$entry(['boot' => 'x']), $first . 'boot'],
            'no owner' => [array_diff_key(Sample::body(), ['owner' => 1]), 'owner'],
            'an owner of 33 letters' => [Sample::body(['owner' => str_repeat('a', 33)]), 'owner'],
            'an owner with a bracket' => [Sample::body(['owner' => 'a]b']), 'owner'],
            'an owner with a line break at its end' => [Sample::body(['owner' => "home\n"]), 'owner'],
            'a number as owner' => [Sample::body(['owner' => 7]), 'owner'],
            'a fingerprint of 65 digits' => [Sample::body(['fingerprint' => str_repeat('a', 65)]), 'fingerprint'],
            'a fingerprint that is none' => [Sample::body(['fingerprint' => str_repeat('z', 32)]), 'fingerprint'],
            'a host of 254 letters' => [Sample::body(['host' => str_repeat('h', 254)]), 'host'],
            'a host with markup' => [Sample::body(['host' => '<b>']), 'host'],
            'a message of 256 bytes' => [Sample::body(['message' => str_repeat('ü', 128)]), 'message'],
            'a message with a line break' => [Sample::body(['message' => "a\nb"]), 'message'],
            'a revision in capitals' => [Sample::body(['base_revision' => str_repeat('A', 64)]), 'base_revision'],
            'confirm_seconds as text' => [Sample::body(['confirm_seconds' => '60']), 'confirm_seconds'],
            'confirm_seconds below 0' => [Sample::body(['confirm_seconds' => -1]), 'confirm_seconds'],
            'waiting without a token' => [Sample::body(['confirm_seconds' => 60]), 'token'],
            'a token of 63 digits' => [Sample::body(['token' => str_repeat('a', 63)]), 'token'],
            'take_over as a number' => [Sample::body(['take_over' => 1]), 'take_over'],
            'segments as an object' => [Sample::body(['segments' => ['a' => 1]]), 'segments'],
            'a segment that is text' => [Sample::body(['segments' => ['opt1']]), 'segments/0'],
            'an interface with a path' => [Sample::on('../opt1', []), 'segments/0/interface'],
            'the same interface twice' => [
                Sample::body(['segments' => [['interface' => 'opt1'], ['interface' => 'opt1']]]), 'segments/1/interface',
            ],
            'a MAC in capitals' => [$entry(['mac' => '10:66:6A:00:00:01']), $first . 'mac'],
            'a MAC with dashes' => [$entry(['mac' => '10-66-6a-00-00-01']), $first . 'mac'],
            'a MAC with a line break' => [$entry(['mac' => "10:66:6a:00:00:01\n"]), $first . 'mac'],
            'an address with 999' => [$entry(['ipaddr' => '10.10.1.999']), $first . 'ipaddr'],
            'an address with a leading zero' => [$entry(['ipaddr' => '10.10.1.011']), $first . 'ipaddr'],
            'an IPv6 address' => [$entry(['ipaddr' => 'fe80::1']), $first . 'ipaddr'],
            'a host name with a quote' => [$entry(['hostname' => 'a"b']), $first . 'hostname'],
            'a host name with a backslash' => [$entry(['hostname' => 'a\\b']), $first . 'hostname'],
            'a host name with markup' => [$entry(['hostname' => '<script>']), $first . 'hostname'],
            'a host name with a brace' => [$entry(['hostname' => 'a;}']), $first . 'hostname'],
            'a host name of 64 letters' => [$entry(['hostname' => str_repeat('a', 64)]), $first . 'hostname'],
            'a description with a line break' => [$entry(['descr' => "a\nb [slash32:home:x:]"]), $first . 'descr'],
            'a description with a character that XML cannot hold' => [$entry(['descr' => "a\u{FFFE}b [slash32:home:x:]"]), $first . 'descr'],
            'a description with a NUL' => [$entry(['descr' => "a\0b [slash32:home:x:]"]), $first . 'descr'],
            'a description with a C1 control' => [$entry(['descr' => "a\u{85}b [slash32:home:x:]"]), $first . 'descr'],
            'a description with a line separator' => [$entry(['descr' => "a\u{2028}b [slash32:home:x:]"]), $first . 'descr'],
            'a description of 256 bytes' => [
                $entry(['descr' => str_repeat('x', 240) . '[slash32:home:x:]']), $first . 'descr',
            ],
            'a description without the marker' => [$entry(['descr' => 'web']), $first . 'descr'],
            'a marker that is not at the end' => [$entry(['descr' => '[slash32:home:x:] web']), $first . 'descr'],
            "another owner's marker" => [$entry(['descr' => 'web [slash32:work:x:]']), $first . 'descr'],
            'an index below 0' => [$entry(['at' => -1]), $first . 'at'],
            'an index as text' => [$entry(['at' => '1']), $first . 'at'],
            'the same MAC twice' => [
                $on(['reservations' => [Sample::entry('a', 11), Sample::entry('b', 12, ['mac' => '10:66:6a:00:01:0b'])]]),
                'segments/0/reservations/1/mac',
            ],
            'the same address twice' => [
                $on(['reservations' => [Sample::entry('a', 11), Sample::entry('b', 12, ['ipaddr' => '10.10.1.11'])]]),
                'segments/0/reservations/1/ipaddr',
            ],
            'the same host name in another case' => [
                $on(['reservations' => [Sample::entry('a', 11), Sample::entry('A', 12)]]),
                'segments/0/reservations/1/hostname',
            ],
            'one entry named by two reservations' => [
                $on(['reservations' => [Sample::WEB, ['at' => 1] + Sample::DB]]), 'segments/0/reservations/1/at',
            ],
            'one entry both kept and released' => [
                $on(['reservations' => [Sample::WEB], 'release' => [['descr' => 'web'] + Sample::WEB]]),
                'segments/0/release/0/at',
            ],
            'one entry adopted twice' => [
                $on(['reservations' => [], 'adopt' => [['at' => 0, 'mac' => 'a'], ['at' => 0, 'mac' => 'b']]]),
                'segments/0/adopt/1/at',
            ],
            'a release that keeps its marker' => [
                $on(['reservations' => [], 'release' => [Sample::WEB]]), 'segments/0/release/0/descr',
            ],
            'a release of nothing' => [
                $on(['reservations' => [], 'release' => [array_diff_key(['descr' => 'web'] + Sample::WEB, ['at' => 1])]]),
                'segments/0/release/0/at',
            ],
            'adopting without a list of reservations' => [
                $on(['adopt' => [['at' => 0, 'mac' => 'a']]]), 'segments/0/reservations',
            ],
            'an unknown setting' => [$settings(['mtu' => 9000]), 'segments/0/settings/mtu'],
            'enabled as text' => [$settings(['enabled' => '1']), 'segments/0/settings/enabled'],
            'a range as text' => [$settings(['range' => '1-2']), 'segments/0/settings/range'],
            'a range that ends before it begins' => [
                $settings(['range' => ['from' => '10.10.1.9', 'to' => '10.10.1.8']]), 'segments/0/settings/range',
            ],
            'a range of three' => [
                $settings(['range' => ['from' => '10.10.1.8', 'to' => '10.10.1.9', 'x' => 1]]), 'segments/0/settings/range/x',
            ],
            'a mask that is text' => [$settings(['mask' => '/32']), 'segments/0/settings/mask'],
            'an option 121 in upper case' => [$settings(['routes' => '00:0A:0A:01:01']), 'segments/0/settings/routes'],
            'an option 121 of addresses' => [$settings(['routes' => '0.0.0.0/0,10.10.1.1']), 'segments/0/settings/routes'],
            'a list of MACs with a quote' => [$settings(['mac_allow' => '02:00";']), 'segments/0/settings/mac_allow'],
            'an alias named like a number' => [$alias(['name' => '1web']), 'aliases/0/name'],
            'an alias of 32 letters' => [$alias(['name' => str_repeat('a', 32)]), 'aliases/0/name'],
            'an alias with two underscores' => [$alias(['name' => '__web']), 'aliases/0/name'],
            'an alias of URLs' => [$alias(['type' => 'urltable']), 'aliases/0/type'],
            'a name in an alias of hosts' => [$alias(['content' => ['example.com']]), 'aliases/0/content/0'],
            'a line break in an alias' => [$alias(['content' => ["10.0.0.1\n10.0.0.2"]]), 'aliases/0/content/0'],
            'a network in an alias of hosts' => [$alias(['content' => ['10.0.0.0/8']]), 'aliases/0/content/0'],
            'a mask of 33 bits' => [$alias(['type' => 'network', 'content' => ['10.0.0.0/33']]), 'aliases/0/content/0'],
            'a port of 65536' => [$alias(['type' => 'port', 'content' => ['65536']]), 'aliases/0/content/0'],
            'a range of ports with a dash' => [$alias(['type' => 'port', 'content' => ['1-2']]), 'aliases/0/content/0'],
            'a range of ports that runs back' => [$alias(['type' => 'port', 'content' => ['9:8']]), 'aliases/0/content/0'],
            'two aliases of one name' => [
                Sample::body(['aliases' => [Sample::alias('a_b'), Sample::alias('A_B')]]), 'aliases/1/name',
            ],
            'a rule without an interface' => [$rule(['interface' => '']), 'rules/0/interface'],
            'a rule that lacks its interface' => [
                Sample::body(['rules' => [array_diff_key(Sample::rule(), ['interface' => 1])]]), 'rules/0/interface',
            ],
            'a rule on two interfaces' => [$rule(['interface' => 'opt1,opt2']), 'rules/0/interface'],
            'an action that is none' => [$rule(['action' => 'match']), 'rules/0/action'],
            'a protocol in lower case' => [$rule(['protocol' => 'tcp']), 'rules/0/protocol'],
            'a direction of both' => [$rule(['direction' => 'any']), 'rules/0/direction'],
            'a sequence of 0' => [$rule(['sequence' => 0]), 'rules/0/sequence'],
            'a sequence of a million' => [$rule(['sequence' => 1000000]), 'rules/0/sequence'],
            'no source' => [$rule(['source_net' => '']), 'rules/0/source_net'],
            'a source with a blank' => [$rule(['source_net' => 'any port 22']), 'rules/0/source_net'],
            'a source turned round by a mark' => [$rule(['source_net' => '!10.0.0.1']), 'rules/0/source_net'],
            'a list of addresses' => [$rule(['source_net' => '10.0.0.1,10.0.0.2']), 'rules/0/source_net'],
            'a list with any' => [$rule(['source_net' => 's32_a,any']), 'rules/0/source_net'],
            'not any' => [$rule(['destination_not' => true]), 'rules/0/destination_not'],
            'not of a list' => [$rule(['source_net' => 's32_a,s32_b', 'source_not' => true]), 'rules/0/source_not'],
            'an IPv6 address in a rule for IPv4' => [$rule(['source_net' => '2001:db8::1']), 'rules/0/source_net'],
            'an address in a rule for both' => [
                $rule(['source_net' => '10.0.0.1', 'ipprotocol' => 'inet46']), 'rules/0/source_net',
            ],
            'a port of 70000' => [$rule(['destination_port' => '70000']), 'rules/0/destination_port'],
            'a range of ports with a colon' => [$rule(['destination_port' => '1:2']), 'rules/0/destination_port'],
            'a list of ports' => [$rule(['destination_port' => '80,443']), 'rules/0/destination_port'],
            'a port with ICMP' => [$rule(['protocol' => 'ICMP']), 'rules/0/destination_port'],
            'an ICMP type with TCP' => [$rule(['icmptype' => 'echoreq']), 'rules/0/icmptype'],
            'a quote in the description of a rule' => [
                $rule(['descr' => 'a " b [slash32:home:rule/1]']), 'rules/0/descr',
            ],
            'a backslash in the description of a rule' => [
                $rule(['descr' => 'a \\ b [slash32:home:rule/1]']), 'rules/0/descr',
            ],
            'two rules of one marker' => [Sample::body(['rules' => [Sample::rule(), Sample::rule()]]), 'rules/1/descr'],
        ];
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
}
