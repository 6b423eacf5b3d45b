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
 * Every field of a request against values of every kind. What is refused is refused in words, at the right place, once.
 */
final class HostileTest extends TestCase
{
    /** JSON of values that fit no field, or only those that end in this. */
    private const VALUES = [
        'null' => ['null', ['token', 'enabled', 'range', 'mask', 'deny_unknown', 'mac_allow', 'static_arp', 'router', 'at']],
        'true' => ['true', ['take_over', 'dry_run', 'arp', 'enabled', 'deny_unknown', 'static_arp', 'source_not',
            'destination_not', 'log', 'quick']],
        'the word true' => ['"true"', ['hostname', 'message', 'host', 'owner', 'interface', 'source_net', 'destination_net', 'source_port',
            'destination_port', 'name', 'adopt/0/mac', 'release/0/descr']],
        'half a number' => ['0.5', []],
        'a whole number with a point' => ['1.0', []],
        'a number beyond all' => ['123456789012345678901234567890', []],
        'a number below all' => ['-9223372036854775809', []],
        'a number in words' => ['"1"', ['hostname', 'message', 'host', 'owner', 'source_port', 'destination_port', 'adopt/0/mac',
            'release/0/descr']],
        'an object with the key 0' => ['{"0": "x"}', []],
        'an object with the key 7' => ['{"7": "x"}', []],
        'a list in a list' => ['[[["x"]]]', []],
        'a line break' => ['"a\nb"', []],
        'a carriage return at the end' => ['"a\r"', []],
        'a NUL' => ['"a\u0000"', []],
        'an escape' => ['"\u001b[2J"', []],
        'a DEL' => ['"\u007f"', []],
        'a next line' => ['"a\u0085b"', []],
        'a paragraph separator' => ['"a\u2029b"', []],
        'what XML cannot hold' => ['"a\uffff"', []],
        'ten kilobytes' => ['"%s"', []],
    ];

    /** @dataProvider fields */
    public function testRefusesWhatDoesNotFitAndNamesThePlaceOnce(string $path): void
    {
        $parts = explode('/', $path);
        foreach (self::VALUES as $name => [$json, $fitting]) {
            if (array_filter($fitting, fn (string $end) => str_ends_with('/' . $path, '/' . $end)) !== []) {
                continue;
            }
            $value = json_decode(sprintf($json, str_repeat('x', 10240)), true);
            $body = self::complete();
            $place = &$body;
            foreach ($parts as $part) {
                $place = &$place[$part];
            }
            $place = $value;
            unset($place);
            $errors = self::errors($body);
            $wheres = array_column($errors, 'where');
            $hits = array_filter($wheres, fn (string $where) => str_starts_with($where . '/', $path . '/'));
            self::assertNotSame([], $hits, "$name: " . json_encode($errors));
            self::assertSame(array_unique($wheres), $wheres, $name);
            self::assertIsString(json_encode($errors, JSON_THROW_ON_ERROR));
        }
    }

    public static function fields(): array
    {
        $paths = [];
        $walk = function (array $node, string $prefix) use (&$walk, &$paths): void {
            foreach ($node as $key => $value) {
                $paths[$prefix . $key] = [$prefix . $key];
                if (is_array($value)) {
                    $walk($value, $prefix . $key . '/');
                }
            }
        };
        $walk(self::complete(), '');
        return $paths;
    }

    /** @dataProvider required */
    public function testNamesWhatIsMissing(string $path): void
    {
        $parts = explode('/', $path);
        $last = array_pop($parts);
        $body = self::complete();
        $place = &$body;
        foreach ($parts as $part) {
            $place = &$place[$part];
        }
        unset($place[$last]);
        self::assertSame([[$path, 'It is missing.']], array_map(fn ($one) => [$one['where'], $one['message']], self::errors($body)));
    }

    public static function required(): array
    {
        $entry = 'segments/0/reservations/0/';
        return array_map(fn (string $path) => [$path], [
            'owner', 'fingerprint', 'base_revision', 'segments/0/interface', $entry . 'mac', $entry . 'ipaddr', $entry . 'hostname',
            'segments/0/adopt/0/at', 'segments/0/adopt/0/mac', 'segments/0/settings/range/to', 'aliases/0/name', 'aliases/0/content',
            'rules/0/interface', 'rules/0/action', 'rules/0/sequence', 'rules/0/source_net',
        ]);
    }

    public function testKeepsNamesThatLookLikeNumbersApart(): void
    {
        $descr = fn (string $text) => "$text [slash32:123:default/$text/eth0:]";
        $entry = fn (string $name, int $last) => Sample::entry($name, $last, ['descr' => $descr($name)]);
        $names = ['0', '00', '1', '01', '1e0'];
        $reservations = array_map($entry, $names, range(11, 15));
        $body = ['owner' => '123'] + Sample::on('opt1', ['reservations' => $reservations]);
        $segment = ApplyRequest::parse($body)->segments[0];
        self::assertSame($names, array_column($segment->reservations, 'hostname'));
        $body['segments'][0]['reservations'][] = $entry('0', 16);
        self::assertSame(['segments/0/reservations/5/hostname'], array_column(self::errors($body), 'where'));

        $root = Sample::root(['slash32:home:default/web' => 'slash32:123:default/web', 'slash32:home:default/db' => 'slash32:0123:default/db']);
        $outcome = Sample::apply($root, ['owner' => '123'] + Sample::on('opt1', ['reservations' => []]));
        self::assertSame(['deleted'], array_column($outcome->changes, 'action'));
    }

    public function testNamesAFieldThatIsCalledAnything(): void
    {
        $errors = self::errors(["a\nb\u{2028}" => 1, 5 => 2, '' => 3] + Sample::body());
        self::assertSame(['a?b?', '5', ''], array_column($errors, 'where'));
    }

    public function testTakesALongListOfMacAddresses(): void
    {
        $list = implode(',', array_map(fn (int $n) => sprintf('02:00:00:00:%02x:%02x', $n >> 8, $n & 255), range(1, 2000)));
        $segment = ApplyRequest::parse(Sample::on('opt1', ['settings' => ['mac_allow' => $list]]))->segments[0];
        self::assertSame($list, $segment->settings['mac_allow']);
    }

    private static function errors(array $body): array
    {
        try {
            ApplyRequest::parse($body);
        } catch (Refusal $e) {
            self::assertSame('invalid', $e->reason);
            return $e->errors;
        }
        return [];
    }

    private static function complete(): array
    {
        return Sample::body([
            'host' => 'h', 'take_over' => false, 'message' => 'm', 'confirm_seconds' => 0, 'token' => str_repeat('b', 64), 'dry_run' => false,
            'aliases' => [Sample::alias()],
            'rules' => [Sample::rule(['direction' => 'in', 'ipprotocol' => 'inet', 'source_not' => false, 'destination_not' => false,
                'log' => false, 'quick' => true, 'source_port' => '1', 'destination_net' => '10.0.0.1'])],
            'segments' => [[
                'interface' => 'opt1',
                'settings' => Sample::MANAGED,
                'reservations' => [Sample::WEB, Sample::entry('hand', 50, ['at' => 0])],
                'adopt' => [['at' => 0, 'mac' => '52:54:00:01:00:01']],
                'release' => [['descr' => 'db'] + Sample::DB],
            ]],
        ]);
    }
}
