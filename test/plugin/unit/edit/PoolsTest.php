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
 * Further address pools of an interface are closed, and opened again, without a change of anything else in them.
 */
final class PoolsTest extends TestCase
{
    private const POOLS = '<pool><ddnsdomainalgorithm>hmac-md5</ddnsdomainalgorithm><range><from>10.20.1.10</from><to>10.20.1.20</to>'
        . '</range><winsserver/></pool><pool><denyunknown>1</denyunknown><range><from>10.20.1.30</from><to>10.20.1.40</to></range>'
        . '<mac_allow>52:54:00</mac_allow></pool></opt2>';

    private static function root(string $pools = self::POOLS): \SimpleXMLElement
    {
        return Sample::root(['</opt2>
  </dhcpd>' => $pools . '</dhcpd>']);
    }

    private static function pool(int $from, array $more = []): array
    {
        return $more + ['from' => '10.20.1.' . $from, 'to' => '10.20.1.' . ($from + 10), 'deny_unknown' => true,
            'mac_allow' => '02:00:00:00:00:00'];
    }

    public function testAreClosedAndOpenedAgain(): void
    {
        $root = self::root();
        $before = Sample::canon($root);
        $outcome = Sample::apply($root, Sample::on('opt2', ['settings' => ['pools' => [self::pool(10), self::pool(30)]]]));
        self::assertSame(['dhcpd', 'neighbours'], $outcome->reload);
        self::assertCount(2, $root->xpath('//opt2/pool[denyunknown="1"][mac_allow="02:00:00:00:00:00"]'));
        self::assertCount(1, $root->xpath('//opt2/pool[ddnsdomainalgorithm][winsserver]'));
        $closed = Sample::canon($root);
        $again = Sample::apply($root, Sample::on('opt2', ['settings' => ['pools' => [self::pool(10), self::pool(30)]]]));
        self::assertSame([[], $closed], [$again->changes, Sample::canon($root)]);
        $open = ['pools' => [
            self::pool(10, ['deny_unknown' => false, 'mac_allow' => null]),
            self::pool(30, ['mac_allow' => '52:54:00']),
        ]];
        Sample::apply($root, Sample::on('opt2', ['settings' => $open]));
        self::assertSame($before, Sample::canon($root));
        self::assertSame([], Sample::restore($root, $outcome)->left);
        self::assertSame($before, Sample::canon($root));
    }

    public function testAnUndoingOpensThemAgain(): void
    {
        $root = self::root();
        $before = Sample::canon($root);
        $outcome = Sample::apply($root, Sample::on('opt2', ['settings' => ['pools' => [self::pool(10), self::pool(30)]]]));
        self::assertSame([], Sample::restore($root, $outcome)->left);
        self::assertSame($before, Sample::canon($root));
    }

    public function others(): array
    {
        return [
            'one too few' => [[self::pool(10)]],
            'another order' => [[self::pool(30), self::pool(10)]],
            'another range' => [[self::pool(10), self::pool(31)]],
            'none' => [[]],
        ];
    }

    /** @dataProvider others */
    public function testOtherPoolsThanThoseOfTheInterfaceAreRefused(array $pools): void
    {
        $this->expectException(Refusal::class);
        Sample::apply(self::root(), Sample::on('opt2', ['settings' => ['pools' => $pools]]));
    }
}
