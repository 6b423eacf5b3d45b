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

use OPNsense\Slash32\Request\Refusal;
use PHPUnit\Framework\TestCase;
use Slash32Test\Sample;

require_once __DIR__ . '/../fixtures/Sample.php';

/**
 * Laws that hold for any apply. The bodies are random, from seeds that are tried in every run.
 */
final class LawsTest extends TestCase
{
    private const SEEDS = 150;
    private int $made = 0;

    public function testAnApplyThatIsRestoredLeavesTheDocumentAsItWas(): void
    {
        foreach ($this->applies() as [$seed, $root, $body, $before]) {
            $outcome = Sample::apply($root, $body);
            $restored = Sample::restore($root, $outcome);
            self::assertSame([], $restored->left, "seed $seed");
            self::assertSame($before, Sample::canon($root), "seed $seed");
            $again = Sample::restore($root, $outcome);
            self::assertSame([0, []], [$again->restored, $again->left], "seed $seed");
        }
        self::assertGreaterThan(self::SEEDS / 3, $this->made);
    }

    public function testTheSameApplyTwiceChangesNothingTheSecondTime(): void
    {
        foreach ($this->applies() as [$seed, $root, $body]) {
            Sample::apply($root, $body);
            $before = Sample::canon($root);
            $again = Sample::apply($root, self::settled($root, $body));
            self::assertSame([], $again->changes, "seed $seed");
            self::assertSame($before, Sample::canon($root), "seed $seed");
        }
    }

    public function testNothingOfOthersEverChanges(): void
    {
        foreach ($this->applies() as [$seed, $root, $body]) {
            $foreign = self::foreign($root, $body);
            Sample::apply($root, $body);
            self::assertSame($foreign, self::foreign($root, $body), "seed $seed");
        }
    }

    public function testWhatOthersChangedMeanwhileSurvivesEveryRestoring(): void
    {
        foreach ($this->applies() as [$seed, $root, $body]) {
            $outcome = Sample::apply($root, $body);
            mt_srand($seed + 100000);
            $maps = $root->xpath('//dhcpd/opt1/staticmap');
            $touched = $maps === [] ? null : $maps[mt_rand(0, count($maps) - 1)];
            if ($touched !== null) {
                $touched->rootpath = '/by/hand';
            }
            $root->system->hostname = 'renamed';
            Sample::restore($root, $outcome);
            self::assertSame('renamed', (string)$root->system->hostname, "seed $seed");
            self::assertCount($touched === null ? 0 : 1, $root->xpath('//dhcpd/opt1/staticmap[rootpath="/by/hand"]'), "seed $seed");
        }
    }

    /** @return \Generator [seed, root, body, canonical text] of each seed whose body is accepted */
    private function applies(): \Generator
    {
        for ($seed = 1; $seed <= self::SEEDS; $seed++) {
            mt_srand($seed);
            $body = self::body();
            $root = Sample::root();
            $before = Sample::canon($root);
            try {
                Sample::apply(Sample::root(), $body);
            } catch (Refusal $e) {
                continue;
            }
            $this->made++;
            yield [$seed, $root, $body, $before];
        }
    }

    private static function body(): array
    {
        $body = Sample::body(['segments' => [['interface' => 'opt1'] + self::segment()]]);
        if (mt_rand(0, 1) === 1) {
            $body['segments'][] = ['interface' => 'opt3', 'settings' => self::settings('10.10.3.')];
        }
        if (mt_rand(0, 2) > 0) {
            $names = array_slice(['s32_web', 's32_db', 's32_x'], 0, mt_rand(1, 3));
            $body['aliases'] = array_map(
                fn (string $name) => Sample::alias($name, ['content' => ['10.10.1.' . mt_rand(1, 200)]]),
                $names
            );
            $body['rules'] = array_map(
                fn (int $n) => Sample::rule(['descr' => "r [slash32:home:rule/$n]", 'sequence' => mt_rand(1, 9)]),
                range(1, mt_rand(1, 4))
            );
        }
        if (mt_rand(0, 2) > 0) {
            $body['redirects'] = array_map(fn (int $n) => Sample::redirect([
                'descr' => "n [slash32:home:nat/$n]",
                'protocol' => mt_rand(0, 1) ? 'tcp' : 'udp',
                'destination_port' => (string)(440 + $n),
                'target' => '10.10.1.' . mt_rand(2, 200),
                'enabled' => mt_rand(0, 3) > 0,
            ]), range(1, mt_rand(1, 4)));
        }
        return $body;
    }

    private static function segment(): array
    {
        $segment = ['settings' => self::settings('10.10.1.')];
        $reservations = [];
        foreach ([Sample::WEB, Sample::DB] as $one) {
            match (mt_rand(0, 4)) {
                0 => null,
                1 => $reservations[] = $one,
                2 => $reservations[] = ['ipaddr' => '10.10.1.' . mt_rand(2, 199)] + $one,
                3 => $reservations[] = ['hostname' => 'h' . mt_rand(1, 9), 'arp' => true] + $one,
                4 => $segment['release'][] = ['descr' => 'handed over'] + $one,
            };
        }
        for ($n = mt_rand(0, 5); $n > 0; $n--) {
            $reservations[] = Sample::entry('n' . $n, mt_rand(2, 199), ['arp' => mt_rand(0, 3) === 0]);
        }
        foreach ([0 => ['52:54:00:01:00:01', 'hand', 50], 3 => ['52:54:00:01:00:02', 'theirs', 80]] as $at => [$mac, $name, $last]) {
            if (mt_rand(0, 2) === 0) {
                $segment['adopt'][] = ['at' => $at, 'mac' => $mac];
                $reservations[] = ['at' => $at, 'mac' => $mac] + Sample::entry($name, mt_rand(0, 1) === 0 ? $last : mt_rand(2, 199));
            }
        }
        shuffle($reservations);
        return $segment + ['reservations' => $reservations];
    }

    private static function settings(string $net): array
    {
        $all = [
            'enabled' => mt_rand(0, 1) === 0, 'deny_unknown' => mt_rand(0, 1) === 0, 'static_arp' => mt_rand(0, 1) === 0,
            'range' => ['from' => $net . 240, 'to' => $net . mt_rand(241, 250)], 'router' => mt_rand(0, 1) ? 'none' : null,
            'routes' => mt_rand(0, 1) ? '20:0a:0a:01:01:00:00:00:00:00:0a:0a:01:01' : null,
            'mask' => mt_rand(0, 1) ? '255.255.255.255' : null, 'mac_allow' => mt_rand(0, 1) ? '02:00:00:00:00:00' : null,
        ];
        return array_filter($all, fn () => mt_rand(0, 1) === 0, ARRAY_FILTER_USE_KEY) + ['range' => $all['range']];
    }

    /** The same request as a caller would send it after reading again: every entry with its index. */
    private static function settled(\SimpleXMLElement $root, array $body): array
    {
        $index = [];
        $number = 0;
        foreach ($root->dhcpd->opt1->staticmap as $map) {
            $index[strtolower((string)$map->mac)] = $number++;
        }
        unset($body['segments'][0]['adopt'], $body['segments'][0]['release']);
        foreach ($body['segments'][0]['reservations'] as &$one) {
            $one['at'] = $index[$one['mac']];
        }
        return $body;
    }

    /** Everything that the body does not speak of, as text. */
    private static function foreign(\SimpleXMLElement $root, array $body): string
    {
        $copy = simplexml_load_string($root->asXML());
        $adopted = array_column($body['segments'][0]['adopt'] ?? [], 'mac');
        $text = [];
        foreach ($copy->dhcpd->children() as $id => $section) {
            foreach (in_array((string)$id, ['opt1', 'opt3'], true) ? $section->staticmap : [$section] as $node) {
                $isOurs = preg_match('/slash32:home:|handed over/', (string)$node->descr) || in_array((string)$node->mac, $adopted, true);
                $text[] = $isOurs ? '' : Sample::canon($node);
            }
        }
        foreach ($copy->xpath('//alias|//rule') as $node) {
            $text[] = str_contains($node->description . $node->descr, 'slash32:home:') ? '' : Sample::canon($node);
        }
        unset($copy->dhcpd, $copy->nat->rule, $copy->OPNsense->Firewall);
        return implode("\n", array_filter($text)) . Sample::canon($copy);
    }
}
