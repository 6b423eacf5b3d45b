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

use OPNsense\Slash32\Engine\DhcpdTest;

require_once __DIR__ . '/BoxCase.php';

final class DhcpdTestTest extends BoxCase
{
    private const GOOD = "subnet 10.10.1.0 netmask 255.255.255.0 {\n}\nhost s_opt1_0 {\n"
        . "  hardware ethernet 00:16:3e:00:01:01;\n  fixed-address 10.10.1.11;\n}\n";

    protected function setUp(): void
    {
        parent::setUp();
        if (!is_file($this->paths->dhcpdBinary())) {
            self::markTestSkipped('dhcpd is not installed');
        }
    }

    public function testHasNothingAgainstAGoodConfiguration(): void
    {
        self::assertSame([], (new DhcpdTest($this->paths))->objections(self::GOOD));
    }

    public function testNamesTheEntryTheWordsAndTheLineAndNoTemporaryFile(): void
    {
        $bad = str_replace('10.10.1.11', '10.10.1.999', self::GOOD);
        $objections = (new DhcpdTest($this->paths))->objections($bad);
        self::assertSame('dhcpd/opt1', $objections[0]['where']);
        self::assertSame('reservation 1 (00:16:3e:00:01:01, 10.10.1.999, "")', $objections[0]['object']);
        self::assertStringContainsString('999 exceeds max (255)', $objections[0]['message']);
        self::assertStringContainsString('fixed-address 10.10.1.999;', $objections[0]['message']);
        self::assertStringNotContainsString($this->paths->prefix, json_encode($objections));
    }

    public function testNeverQuotesALineWithAKey(): void
    {
        $bad = self::GOOD . "key k {\n  algorithm hmac-md5;\n  secret \"Zm9v-topsecret!\" bogus;\n}\n";
        $objections = (new DhcpdTest($this->paths))->objections($bad);
        self::assertNotSame([], $objections);
        self::assertStringNotContainsString('topsecret', json_encode($objections));
    }

    public function testLeavesNoFilesBehind(): void
    {
        (new DhcpdTest($this->paths))->objections('bogus');
        self::assertSame([], glob($this->paths->temporary() . '/*'));
    }
}
