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

use OPNsense\Slash32\Edit\Outcome;
use OPNsense\Slash32\Request\Refusal;
use PHPUnit\Framework\TestCase;
use Slash32Test\Sample;

require_once __DIR__ . '/../fixtures/Sample.php';

/**
 * Laws over random configurations as people and other programs leave them behind: the same address twice, MAC addresses in
 * any form, blank entries, tags of others in between, entries that swap all that they say.
 */
final class AnyConfigTest extends TestCase
{
    private const SEEDS = 300;

    private int $made = 0;

    public function testARestoreIsTheInverseOfItsApplyAndTwiceIsOnce(): void
    {
        foreach ($this->applies() as [$seed, $root, $before, $outcome]) {
            $restored = Sample::restore($root, $outcome);
            self::assertSame([], $restored->left, "seed $seed");
            self::assertSame($before, self::words($root), "seed $seed");
            $again = Sample::restore($root, $outcome);
            self::assertSame([[], 0, []], [$again->left, $again->restored, $again->reload], "seed $seed, again");
            self::assertSame($before, self::words($root), "seed $seed, again");
        }
        self::assertGreaterThan(self::SEEDS / 3, $this->made);
    }

    public function testARestoreOfWhatWasNeverSavedChangesNothing(): void
    {
        foreach ($this->applies() as [$seed, , $before, $outcome, $text]) {
            $root = simplexml_load_string($text);
            $restored = Sample::restore($root, $outcome);
            self::assertSame([0, [], []], [$restored->restored, $restored->left, $restored->reload], "seed $seed");
            self::assertSame($before, self::words($root), "seed $seed");
        }
    }

    public function testWhatOthersAddOrTakeAwayMeanwhileStaysSo(): void
    {
        foreach ($this->applies() as [$seed, $root, , $outcome]) {
            mt_srand($seed + 1000);
            $added = $root->dhcpd->opt1->addChild('staticmap');
            $added->mac = '52:54:00:99:99:99';
            $added->ipaddr = '10.10.1.199';
            $added->descr = 'added meanwhile';
            $maps = $root->xpath('//dhcpd/opt1/staticmap[starts-with(descr, "by hand")]');
            $gone = $maps === [] ? null : (string)$maps[0]->descr;
            if ($gone !== null) {
                unset($maps[0][0]);
            }
            Sample::restore($root, $outcome);
            self::assertCount(1, $root->xpath('//staticmap[descr="added meanwhile"]'), "seed $seed");
            $again = array_filter($root->xpath('//staticmap'), fn ($map) => (string)$map->descr === $gone);
            self::assertSame([], $again, "seed $seed");
        }
    }

    public function testTellsEntriesThatSwappedAllTheySayApartByTheirOrder(): void
    {
        $alike = ['<bootfilename>web.img</bootfilename>' => '', '10:66:6A:00:00:0A' => '10:66:6a:00:00:0a'];
        $root = Sample::root($alike);
        $before = Sample::canon($root);
        $outcome = Sample::apply($root, Sample::on('opt1', ['reservations' => [['at' => 2] + Sample::WEB, ['at' => 1] + Sample::DB]]));
        foreach ([2, 0, 0] as $count) {
            self::assertSame($count, Sample::restore($root, $outcome)->restored);
            self::assertSame($before, Sample::canon($root));
        }
        $never = Sample::root($alike);
        self::assertSame(0, Sample::restore($never, $outcome)->restored);
        self::assertSame($before, Sample::canon($never));
    }

    /** @return \Generator [seed, edited root, words before, outcome, text before] of each seed that is accepted */
    private function applies(): \Generator
    {
        for ($seed = 1; $seed <= self::SEEDS; $seed++) {
            mt_srand($seed);
            [$text, $body] = self::scene();
            $root = simplexml_load_string($text);
            $before = self::words($root);
            try {
                $outcome = Sample::apply($root, $body);
            } catch (Refusal $e) {
                continue;
            }
            $this->made += $outcome->changes === [] ? 0 : 1;
            yield [$seed, $root, $before, $outcome, $text];
        }
    }

    /** The static mappings in their order, and the document without them: between which other tags they stand is all the same. */
    private static function words(\SimpleXMLElement $root): array
    {
        $copy = simplexml_load_string($root->asXML());
        $maps = $copy->xpath('//dhcpd/opt1/staticmap');
        $words = array_map(fn ($map) => Sample::canon($map), $maps);
        foreach ($maps as $map) {
            unset($map[0]);
        }
        return [...$words, Sample::canon($copy)];
    }

    /** @return array a configuration, and a request that fits it more often than not */
    private static function scene(): array
    {
        $xml = '';
        $own = [];
        $count = mt_rand(0, 7);
        for ($i = 0; $i < $count; $i++) {
            $isOwn = mt_rand(0, 1) === 0;
            $mac = sprintf('10:66:6a:00:00:%02x', mt_rand(0, 8) === 0 ? 1 : $i + 1);
            $last = mt_rand(0, 6) === 0 ? 20 : 20 + $i;
            $name = 'n' . $i;
            $descr = $isOwn ? "$name [slash32:home:default/$name/eth0:]" : 'by hand ' . $i;
            $xml .= self::map(self::written($mac), '10.10.1.' . $last, $name, $descr);
            if ($isOwn) {
                $own[] = ['at' => $i, 'mac' => $mac, 'ipaddr' => '10.10.1.' . $last, 'hostname' => $name, 'descr' => $descr];
            }
        }
        $root = Sample::root();
        foreach ($root->xpath('//dhcpd/opt1/staticmap') as $map) {
            unset($map[0]);
        }
        $text = str_replace('</numberoptions></opt1>', '</numberoptions>' . $xml . '</opt1>', $root->asXML());
        return [$text, Sample::on('opt1', ['reservations' => self::wanted($own)])];
    }

    private static function written(string $mac): string
    {
        return [$mac, $mac, strtoupper($mac), str_replace(':', '-', $mac)][mt_rand(0, 3)];
    }

    private static function map(string $mac, string $ipaddr, string $name, string $descr): string
    {
        $fields = [
            "<mac>$mac</mac>", "<ipaddr>$ipaddr</ipaddr>", "<hostname>$name</hostname>", "<descr>$descr</descr>",
            ['', '<cid/>', '<filename>a=</filename>'][mt_rand(0, 2)], ['', '<arp_table_static_entry>1</arp_table_static_entry>'][mt_rand(0, 1)],
        ];
        shuffle($fields);
        return [
            '', '', '<wpad/>',
        ][mt_rand(0, 2)] . (mt_rand(0, 3) === 0 ? '<staticmap x="1">' : '<staticmap>') . implode('', $fields) . '</staticmap>';
    }

    /** Some go, some change, some trade places with all or a part of what they say, some are new. */
    private static function wanted(array $own): array
    {
        $wanted = array_values(array_filter($own, fn () => mt_rand(0, 3) > 0));
        if (count($wanted) > 1 && mt_rand(0, 1) === 0) {
            [$one, $other] = (array)array_rand($wanted, 2);
            $fields = [['mac', 'ipaddr', 'hostname', 'descr'], ['ipaddr'], ['mac', 'ipaddr']][mt_rand(0, 2)];
            foreach ($fields as $field) {
                [$wanted[$one][$field], $wanted[$other][$field]] = [$wanted[$other][$field], $wanted[$one][$field]];
            }
        }
        foreach ($wanted as &$entry) {
            $entry['arp'] = mt_rand(0, 1) === 0;
            if (mt_rand(0, 2) === 0) {
                $entry['ipaddr'] = '10.10.1.' . mt_rand(20, 40);
            }
        }
        unset($entry);
        for ($n = mt_rand(0, 2); $n > 0; $n--) {
            $wanted[] = Sample::entry('new' . $n, mt_rand(20, 60));
        }
        shuffle($wanted);
        return $wanted;
    }
}
