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

namespace Slash32Test\Engine;

use OPNsense\Slash32\Pair\Peer;
use OPNsense\Slash32\Engine\Settings;
use OPNsense\Slash32\Engine\State;
use PHPUnit\Framework\TestCase;

final class SettingsTest extends TestCase
{
    private function tree(string $inside = ''): \SimpleXMLElement
    {
        return simplexml_load_string("<opnsense>$inside</opnsense>");
    }

    public function testAllowNothingWhereNothingIsSet(): void
    {
        self::assertSame([], Settings::scope($this->tree()));
        self::assertSame([], Settings::scope($this->tree('<OPNsense><Slash32><general/></Slash32></OPNsense>')));
        self::assertSame(600, Settings::maxConfirmSeconds($this->tree()));
        self::assertSame([], Settings::owners($this->tree()));
        self::assertFalse(Peer::isWanted($this->tree()));
        self::assertNull(Peer::address($this->tree()));
        self::assertFalse(State::isDhcpdExpected($this->tree()));
    }

    public function testAreReadAsTheyStand(): void
    {
        $tree = $this->tree('<OPNsense><Slash32><general><interfaces>opt1, opt2,</interfaces>'
            . '<max_confirm_seconds>90</max_confirm_seconds><ha_push>1</ha_push></general></Slash32></OPNsense>');
        self::assertSame(['opt1', 'opt2'], Settings::scope($tree));
        self::assertSame(90, Settings::maxConfirmSeconds($tree));
        self::assertTrue(Peer::isWanted($tree));
    }

    public function testRememberAnOwnerOnceWithAnyCharacters(): void
    {
        $tree = $this->tree();
        Settings::remember($tree, 'home', 'one', 'a & <b>', 1);
        Settings::remember($tree, 'yard', 'x', 'y', 2);
        Settings::remember($tree, 'home', 'two', 'c & d', 3);
        self::assertSame([
            ['owner' => 'home', 'fingerprint' => 'two', 'host' => 'c & d', 'seen' => 3],
            ['owner' => 'yard', 'fingerprint' => 'x', 'host' => 'y', 'seen' => 2],
        ], Settings::owners($tree));
        self::assertCount(1, $tree->OPNsense->Slash32);
        self::assertSame(Settings::VERSION, (string)$tree->OPNsense->Slash32['version']);
        self::assertMatchesRegularExpression(
            '/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/',
            (string)$tree->OPNsense->Slash32->owners->owner[0]['uuid']
        );
    }

    /** @dataProvider peers */
    public function testKnowThePeerAsAddressOrUrl(string $set, ?string $expected): void
    {
        $tree = $this->tree("<hasync><synchronizetoip>$set</synchronizetoip></hasync>");
        self::assertSame($expected, Peer::address($tree));
    }

    public function peers(): array
    {
        return [['10.0.0.3', '10.0.0.3'], ['https://10.0.0.3:8443/', '10.0.0.3'], ['https://fw2.lan', 'fw2.lan'], ['', null]];
    }

    /** @dataProvider enabled */
    public function testKnowWhetherDhcpIsSwitchedOnAnywhere(string $dhcpd, bool $expected): void
    {
        $tree = $this->tree("<interfaces><opt1><if>em0</if></opt1></interfaces><dhcpd>$dhcpd</dhcpd>");
        self::assertSame($expected, State::isDhcpdExpected($tree));
    }

    public function enabled(): array
    {
        return [
            ['<opt1><enable>1</enable></opt1>', true],
            ['<opt1><enable/></opt1>', true],
            ['<opt1/>', false],
            ['<gone><enable>1</enable></gone>', false],
        ];
    }
}
