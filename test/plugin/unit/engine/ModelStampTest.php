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

use OPNsense\Slash32\Engine\ModelStamp;
use PHPUnit\Framework\TestCase;

final class ModelStampTest extends TestCase
{
    public function testMakesOPNsenseThrowAwayWhatItKeptOfTheModelsThatAreThere(): void
    {
        $tree = simplexml_load_string('<opnsense><OPNsense><Firewall><Alias persisted_at="1.00"><aliases/></Alias>'
            . '<Category/><Other/></Firewall></OPNsense></opnsense>');
        $before = microtime(true);
        ModelStamp::renew($tree);
        $firewall = $tree->OPNsense->Firewall;
        foreach (['Alias', 'Category'] as $name) {
            $stamp = (float)$firewall->$name['persisted_at'];
            // Stamps have two decimals.
            self::assertGreaterThanOrEqual($before - 0.01, $stamp);
            self::assertLessThanOrEqual(microtime(true) + 0.01, $stamp);
        }
        self::assertFalse(isset($firewall->Filter));
        self::assertFalse(isset($firewall->Other['persisted_at']));
    }

    public function testDoesNothingToATreeWithoutThem(): void
    {
        $tree = simplexml_load_string('<opnsense/>');
        ModelStamp::renew($tree);
        self::assertXmlStringEqualsXmlString('<opnsense/>', $tree->asXML());
    }

    public function testIsNeededWhereAliasesOrRulesChanged(): void
    {
        self::assertTrue(ModelStamp::isNeeded(['aliases', 'filter']));
        self::assertTrue(ModelStamp::isNeeded(['filter']));
        self::assertFalse(ModelStamp::isNeeded(['dns', 'dhcpd', 'neighbours']));
    }
}
