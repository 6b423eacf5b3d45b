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

use PHPUnit\Framework\TestCase;
use Slash32Test\Sample;

require_once __DIR__ . '/../fixtures/Sample.php';

final class RestorerTest extends TestCase
{
    /** A body that touches every kind of node. */
    private static function all(): array
    {
        return [
            'aliases' => [Sample::alias('s32_db', ['content' => ['10.10.1.70']])],
            'rules' => [Sample::rule(['source_net' => 's32_db', 'descr' => 'db [slash32:home:rule/9]'])],
            'segments' => [
                ['interface' => 'opt1', 'settings' => Sample::MANAGED, 'reservations' => [
                    ['ipaddr' => '10.10.1.77', 'hostname' => 'db2'] + Sample::DB, Sample::entry('new', 12),
                ]],
                ['interface' => 'opt3', 'settings' => ['deny_unknown' => true], 'reservations' => [
                    Sample::entry('three', 9, ['ipaddr' => '10.10.3.9']),
                ]],
            ],
        ] + Sample::body();
    }

    public function testPutsEverythingBackAndCanBeRunAgain(): void
    {
        $root = Sample::root();
        $before = Sample::canon($root);
        $outcome = Sample::apply($root, self::all());
        self::assertNotSame($before, Sample::canon($root));

        $restored = Sample::restore($root, $outcome);

        self::assertSame([], $restored->left);
        self::assertSame(['aliases', 'filter', 'dhcpd', 'neighbours'], $restored->reload);
        self::assertNotNull($restored->candidateConf);
        self::assertGreaterThan(10, $restored->restored);
        self::assertSame($before, Sample::canon($root));

        $again = Sample::restore($root, $outcome);
        self::assertSame([0, [], []], [$again->restored, $again->left, $again->reload]);
        self::assertSame($before, Sample::canon($root));
    }

    /**
     * @dataProvider othersMeanwhile
     * @param string|null $left what is named as left; null when all goes back
     */
    public function testLeavesAndNamesWhatOthersChangedMeanwhile(callable $edit, ?string $left, string $stays): void
    {
        $root = Sample::root();
        $outcome = Sample::apply($root, self::all());
        $root = simplexml_load_string($edit($root->asXML()));

        $restored = Sample::restore($root, $outcome);

        self::assertStringContainsString($stays, $root->asXML());
        $named = implode("\n", array_column($restored->left, 'object'));
        $left === null ? self::assertSame('', $named) : self::assertStringContainsString($left, $named);
        self::assertLessThanOrEqual(2, count($restored->left), $named);
    }

    public static function othersMeanwhile(): array
    {
        $replace = fn (string $from, string $to) => function (string $text) use ($from, $to): string {
            self::assertStringContainsString($from, $text);
            return preg_replace('/' . preg_quote($from, '/') . '/', $to, $text, 1);
        };
        $end = '</staticmap></opt1>';
        $map = fn (string $mac, string $address) => "</staticmap><staticmap><mac>$mac</mac><ipaddr>$address</ipaddr>"
            . '<hostname>later</hostname><descr>by hand</descr></staticmap></opt1>';
        return [
            'an entry that was created' => [$replace('<hostname>new<', '<hostname>newer<'), '10.10.1.12', '<hostname>newer<'],
            'an entry that was created and is gone' => [
                fn ($text) => preg_replace('~<staticmap><mac>10:66:6a:00:01:0c.*?</staticmap>~', '', $text), null, '<hostname>web<',
            ],
            'an entry that was changed' => [$replace('<hostname>db2<', '<hostname>db3<'), '"db"', '<hostname>db3<'],
            'a setting' => [$replace('<gateway>10.10.1.254', '<gateway>10.10.1.9'), 'router', '<gateway>10.10.1.9'],
            'an option beside the mask' => [$replace('<value>kept', '<value>changed'), null, '<value>changed'],
            'the mask' => [$replace('<value>255.255.255.255', '<value>255.255.255.0'), 'mask', '<value>255.255.255.0'],
            'an alias' => [$replace('<content>10.10.1.70', '<content>10.10.1.71'), 's32_db', '<content>10.10.1.71'],
            'a rule, which keeps its alias' => [$replace('<destination_port>5432', '<destination_port>5433'), 'rule/9', '<name>s32_db'],
            'an alias that somebody uses by now' => [$replace('<source_net>by_hand', '<source_net>s32_db'), 's32_db', '<name>s32_db'],
            'a name that somebody took' => [
                $replace('<name>by_hand', '<name>s32_web'), 's32_web', '<description>by hand &amp; kept',
            ],
            'a deleted address that somebody took' => [
                $replace($end, $map('52:54:00:09:09:09', '10.10.1.60')), '10.10.1.60', '<hostname>later<',
            ],
            'a deleted MAC that somebody took' => [
                $replace($end, $map('10:66:6a:00:00:0a', '10.10.1.99')), '10.10.1.60', '<hostname>later<',
            ],
            'a former address that somebody took' => [
                $replace($end, $map('52:54:00:09:09:09', '10.10.1.70')), '"db"', '<hostname>later<',
            ],
            'an entry more' => [$replace($end, $map('52:54:00:09:09:09', '10.10.1.98')), null, '<hostname>later<'],
            'our category, used by others' => [
                fn ($text) => preg_replace('~(<name>by_hand</name>)~', '$1<categories>'
                    . (preg_match('~<category uuid="([^"]+)"~', $text, $m) ? $m[1] : '') . '</categories>', $text),
                null, '<name>slash32<',
            ],
            'blanks and the order of fields' => [
                $replace('<hostname>new</hostname>', "\n <descr/>"), '10.10.1.12', '10.10.1.12',
            ],
        ];
    }

    public function testKnowsItsEntryInAnyOrderOfFieldsAndWithEmptyOnes(): void
    {
        $root = Sample::root();
        $before = Sample::canon($root);
        $outcome = Sample::apply($root, Sample::on('opt1', ['reservations' => [Sample::WEB, Sample::DB, Sample::entry('n', 12)]]));
        $text = preg_replace(
            '~(<mac>10:66:6a:00:01:0c</mac>)(.*?)(</staticmap>)~',
            "\n  \$2<winsserver/>\$1 <ntpserver></ntpserver>\$3",
            $root->asXML(),
            1
        );
        $root = simplexml_load_string($text, \SimpleXMLElement::class, LIBXML_NOBLANKS);
        self::assertSame([], Sample::restore($root, $outcome)->left);
        self::assertSame($before, Sample::canon($root));
    }

    public function testKeepsWhatIsInTheWayOfAnEntryThatHasToStay(): void
    {
        // web -> .71, db -> .60; then somebody takes .70, so db must stay on .60, and web cannot go back there either
        $root = Sample::root();
        $outcome = Sample::apply($root, Sample::on('opt1', ['reservations' => [
            ['ipaddr' => '10.10.1.71'] + Sample::WEB, ['ipaddr' => '10.10.1.60'] + Sample::DB,
        ]]));
        $root->dhcpd->opt1->staticmap[3]->ipaddr = '10.10.1.70';

        $restored = Sample::restore($root, $outcome);

        self::assertCount(2, $restored->left);
        $addresses = array_map('strval', $root->xpath('//dhcpd/opt1/staticmap/ipaddr'));
        self::assertSame($addresses, array_unique($addresses));
        self::assertSame(['10.10.1.50', '10.10.1.71', '10.10.1.60', '10.10.1.70'], $addresses);
    }

    public function testKeepsWhoeverStandsOnTheAddressOfAnEntryThatHasToStayInWhateverOrder(): void
    {
        // web -> .70, db -> .71; then somebody takes .60, so web must stay on .70, and db cannot go back there
        $root = Sample::root();
        $outcome = Sample::apply($root, Sample::on('opt1', ['reservations' => [
            ['ipaddr' => '10.10.1.70'] + Sample::WEB, ['ipaddr' => '10.10.1.71'] + Sample::DB,
        ]]));
        $root->dhcpd->opt1->staticmap[3]->ipaddr = '10.10.1.60';

        $restored = Sample::restore($root, $outcome);

        self::assertCount(2, $restored->left);
        $addresses = array_map('strval', $root->xpath('//dhcpd/opt1/staticmap/ipaddr'));
        self::assertSame(['10.10.1.50', '10.10.1.70', '10.10.1.71', '10.10.1.60'], $addresses);
    }

    public function testBringsADeletedRuleBackToItsPlace(): void
    {
        $root = Sample::root(['</rules>' => '<rule uuid="77777777-7777-4777-8777-777777777777"><interface>opt1</interface>'
            . '<sequence>1000</sequence><description>by hand</description></rule></rules>']);
        $before = Sample::canon($root);
        $outcome = Sample::apply($root, Sample::body(['rules' => []]));
        self::assertCount(2, $root->OPNsense->Firewall->Filter->rules->rule);
        Sample::restore($root, $outcome);
        self::assertSame($before, Sample::canon($root));
    }

    public function testPutsTheChangesOfOneOwnerBackAndLeavesThoseOfAnother(): void
    {
        $root = Sample::root();
        $first = Sample::apply($root, Sample::on('opt1', ['reservations' => [Sample::WEB, Sample::DB, Sample::entry('n', 12)]]));
        Sample::apply($root, ['owner' => 'work'] + Sample::on('opt1', ['reservations' => [
            ['descr' => 'w [slash32:work:default/w/eth0:]'] + Sample::entry('w', 13),
        ]]));
        self::assertSame([], Sample::restore($root, $first)->left);
        $names = array_map('strval', $root->xpath('//dhcpd/opt1/staticmap/hostname'));
        self::assertSame(['w', 'hand', 'web', 'db'], $names);
    }

    public function testGivesNoCandidateForAConfigurationThatIsFaultyAnyway(): void
    {
        $root = Sample::root();
        $outcome = Sample::apply($root, Sample::on('opt1', ['settings' => ['deny_unknown' => true]]));
        unset($root->dhcpd->opt2->range);
        $restored = Sample::restore($root, $outcome);
        self::assertSame(1, $restored->restored);
        self::assertNull($restored->candidateConf);
        self::assertSame(['dhcpd', 'neighbours'], $restored->reload);
    }
}
