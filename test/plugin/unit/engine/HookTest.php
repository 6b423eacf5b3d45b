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

use PHPUnit\Framework\TestCase;

final class HookTest extends TestCase
{
    public static function setUpBeforeClass(): void
    {
        require_once SLASH32_SOURCE . '/etc/inc/plugins.inc.d/slash32.inc';
    }

    public function testTheHookForTheBootExists(): void
    {
        foreach (slash32_configure()['early'] as $function) {
            self::assertTrue(function_exists($function));
        }
    }

    public function testTheSettingsAreAnItemOfHighAvailability(): void
    {
        $item = slash32_xmlrpc_sync()[0];
        self::assertSame('OPNsense.Slash32', $item['section']);
        self::assertNotSame('', $item['id']);
    }

    /** @dataProvider folders */
    public function testTheMinutelyJobAsksConfigdOnlyWhereSomethingWaits(array $files, string $expected): void
    {
        $folder = SLASH32_PREFIX . '/cron-' . bin2hex(random_bytes(4));
        mkdir($folder);
        foreach ($files as $file) {
            touch("$folder/$file");
        }
        [$command, $minute] = slash32_cron()[0]['autocron'];
        self::assertSame('*', $minute);
        $command = str_replace(['/conf/slash32', '/usr/local/sbin/configctl'], [$folder, 'echo'], $command);
        self::assertSame($expected, trim((string)shell_exec("($command)")));
    }

    public function folders(): array
    {
        return [
            'nothing' => [[], ''],
            'only history' => [['history.jsonl', 'a.before.xml'], ''],
            'a push that is due' => [['a.due'], '-d slash32 settle'],
            'one' => [['a.json'], '-d slash32 settle'],
            'two' => [['a.json', 'b.json'], '-d slash32 settle'],
        ];
    }
}
