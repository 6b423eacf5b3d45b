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

namespace Slash32Test\Pair;

use OPNsense\Slash32\Edit\Xml;
use OPNsense\Slash32\Pair\Inventory;
use OPNsense\Slash32\Pair\Leftovers;
use PHPUnit\Framework\TestCase;
use Slash32Test\Sample;

require_once __DIR__ . '/../fixtures/Sample.php';

final class LeftoversTest extends TestCase
{
    private const ALL = ['slash32', 'dhcpd', 'rules', 'aliases', 'nat', 'categories'];

    public function testTakesNothingWhereBothHaveTheSame(): void
    {
        $root = Sample::root();
        $before = $root->asXML();
        $left = new Leftovers($root, Inventory::of($root, ['opt1', 'opt2', 'opt3'])->digests(), self::ALL);
        $left->remove(['opt1', 'opt2', 'opt3']);
        self::assertSame([], $left->removed);
        self::assertSame($before, $root->asXML());
    }

    public function testTakesOnlyWhatHasAMarkerAndSettingsInScope(): void
    {
        $root = Sample::root();
        $foreign = $this->foreign($root);
        (new Leftovers($root, [], self::ALL))->remove(['opt1']);
        self::assertSame([], Inventory::of($root, ['opt1'])->digests());
        self::assertSame($foreign, $this->foreign($root));
    }

    public function testTakesNothingOfWhatDoesNotTravel(): void
    {
        $root = Sample::root();
        $before = $root->asXML();
        (new Leftovers($root, [], ['slash32']))->remove(['opt1']);
        self::assertSame($before, $root->asXML());
    }

    /** @return string[] every entry without a marker */
    private function foreign(\SimpleXMLElement $root): array
    {
        $found = [];
        foreach ($root->xpath('//staticmap|//alias|//rule') as $node) {
            if (!str_contains($node->asXML(), '[slash32:')) {
                $found[] = Xml::canon(Xml::dom($node));
            }
        }
        return $found;
    }
}
