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

use OPNsense\Core\Config;
use OPNsense\Slash32\Engine\Paths;
use OPNsense\Slash32\Engine\Store;
use PHPUnit\Framework\TestCase;

/** Store against the stand-in's Config, whose locks behave as OPNsense's do. */
final class ConfigStandInTest extends TestCase
{
    private Paths $paths;

    protected function setUp(): void
    {
        $this->paths = new Paths(SLASH32_PREFIX);
        if (!is_dir(SLASH32_PREFIX . '/conf')) {
            mkdir(SLASH32_PREFIX . '/conf');
        }
        file_put_contents($this->paths->config(), "<?xml version=\"1.0\"?>\n<opnsense>\n  <a>1</a>\n</opnsense>\n");
        Config::reset();
    }

    protected function tearDown(): void
    {
        Config::reset();
    }

    public function testReadsTheFileAnewUnderEachLock(): void
    {
        $store = new Store($this->paths);
        self::assertSame('1', (string)$store->lock()->a);
        $store->save('me', 'one', '');
        $this->saveBySomebodyElse('2');
        self::assertSame('2', (string)$store->lock()->a);
        $store->unlock();
        $this->saveBySomebodyElse('3');
        self::assertSame('3', (string)$store->lock()->a);
    }

    public function testThrowsAwayWhatWasChangedButNotSaved(): void
    {
        $store = new Store($this->paths);
        $store->lock()->a = '9';
        $store->unlock();
        self::assertSame('1', (string)$store->lock()->a);
        self::assertStringContainsString('<a>1</a>', $store->bytes());
    }

    public function testGivesTheVeryBytesThatItWrote(): void
    {
        $store = new Store($this->paths);
        $store->lock()->a = 'ü & <b>';
        $bytes = $store->save('me@10.0.0.5', 'why & how', '');
        self::assertSame(file_get_contents($this->paths->config()), $bytes);
        self::assertSame($store->revision(), hash('sha256', $bytes));
        self::assertStringContainsString('<username>me@10.0.0.5</username>', $bytes);
        self::assertStringContainsString('<description>why &amp; how</description>', $bytes);
    }

    private function saveBySomebodyElse(string $value): void
    {
        $text = preg_replace('@<a>.*</a>@', "<a>$value</a>", file_get_contents($this->paths->config()));
        $handle = fopen($this->paths->config(), 'r+');
        self::assertTrue(flock($handle, LOCK_EX | LOCK_NB), 'nobody holds the lock');
        ftruncate($handle, 0);
        fwrite($handle, $text);
        fclose($handle);
    }
}
