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

use OPNsense\Slash32\Edit\Rebase;
use OPNsense\Slash32\Edit\Restorer;
use PHPUnit\Framework\TestCase;
use Slash32Test\Sample;

require_once __DIR__ . '/../fixtures/Sample.php';

/**
 * One change waits, another is made on top of it, and both are undone, the lower one first.
 */
final class RebaseTest extends TestCase
{
    /** Applies both, undoes both in that order, and says what is there then. */
    private static function bothUndone(\SimpleXMLElement $root, array $lower, array $upper): string
    {
        $first = Sample::apply($root, $lower + Sample::body());
        $second = Sample::apply($root, $upper + Sample::body());
        Restorer::restore($root, $first->changes, Sample::context());
        $changes = Rebase::onto($first->changes, $second->changes);
        Restorer::restore($root, $changes ?? $second->changes, Sample::context());
        return Sample::canon($root);
    }

    public function testPutsASettingBackToWhatTheFirstOneFound(): void
    {
        $root = Sample::root();
        $before = Sample::canon($root);
        $set = fn (string $from, string $to) => ['segments' => [
            ['interface' => 'opt1', 'settings' => ['range' => ['from' => $from, 'to' => $to]]],
        ]];
        self::assertSame(
            $before,
            self::bothUndone($root, $set('10.10.1.210', '10.10.1.211'), $set('10.10.1.220', '10.10.1.221'))
        );
    }

    public function testTakesAwayWhatTheFirstOneMadeAndTheSecondTookOver(): void
    {
        $root = Sample::root();
        $before = Sample::canon($root);
        $made = Sample::entry('new', 12);
        $all = fn (array ...$more) => ['segments' => [
            ['interface' => 'opt1', 'reservations' => [Sample::WEB, Sample::DB, ...$more]],
        ]];
        $first = Sample::apply($root, $all($made) + Sample::body());
        $at = 0;
        foreach ($root->dhcpd->opt1->staticmap as $index => $map) {
            if ((string)$map->mac === $made['mac']) {
                break;
            }
            $at++;
        }
        $shift = fn (array $entry) => ['at' => $entry['at'] + ($at <= $entry['at'] ? 1 : 0)] + $entry;
        $changed = ['at' => $at, 'hostname' => 'other'] + $made;
        $second = Sample::apply($root, ['segments' => [['interface' => 'opt1', 'reservations' => [
            $shift(Sample::WEB), $shift(Sample::DB), $changed,
        ]]]] + Sample::body());
        Restorer::restore($root, $first->changes, Sample::context());
        $changes = Rebase::onto($first->changes, $second->changes);
        self::assertNotNull($changes);
        Restorer::restore($root, $changes, Sample::context());
        self::assertSame($before, Sample::canon($root));
    }

    public function testLeavesAloneWhatDoesNotMeet(): void
    {
        $root = Sample::root();
        $first = Sample::apply($root, ['segments' => [['interface' => 'opt1', 'settings' => ['mask' => '255.255.255.255']]]] + Sample::body());
        $second = Sample::apply($root, ['segments' => [['interface' => 'opt1', 'settings' => ['router' => 'none']]]] + Sample::body());
        self::assertNull(Rebase::onto($first->changes, $second->changes));
    }
}
