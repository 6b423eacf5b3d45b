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

final class ActionsTest extends TestCase
{
    private const FILE = SLASH32_SOURCE . '/opnsense/service/conf/actions.d/actions_slash32.conf';

    /** @dataProvider actions */
    public function testEachActionRunsAnExecutableScriptOfOurs(string $name, array $keys): void
    {
        self::assertMatchesRegularExpression('@(^| )/usr/local/opnsense/scripts/slash32/\w+\.php@', $keys['command']);
        preg_match('@/usr/local/(opnsense/scripts/slash32/\w+\.php)@', $keys['command'], $found);
        self::assertTrue(is_executable(SLASH32_SOURCE . '/' . $found[1]), $found[1]);
        self::assertStringStartsWith('#!/usr/local/bin/php', file_get_contents(SLASH32_SOURCE . '/' . $found[1]));
    }

    /** @dataProvider actions */
    public function testNoActionLogsItsParametersOrIsOpenToEverybody(string $name, array $keys): void
    {
        self::assertStringNotContainsString('%s', $keys['message']);
        self::assertSame('wheel,wwwonly', $keys['allowed_groups']);
        self::assertLessThanOrEqual(1, substr_count($keys['parameters'], '%s'));
    }

    public function testTheWatchIsDetached(): void
    {
        self::assertStringStartsWith('/usr/sbin/daemon -f ', $this->actions()['watch'][1]['command']);
        self::assertSame('script', $this->actions()['watch'][1]['type']);
    }

    public function actions(): array
    {
        $actions = [];
        $name = '';
        foreach (file(self::FILE, FILE_IGNORE_NEW_LINES) as $line) {
            if (preg_match('/^\[(.+)\]$/', $line, $found)) {
                $name = $found[1];
                $actions[$name] = [$name, []];
            } elseif (str_contains($line, ':')) {
                [$key, $value] = explode(':', $line, 2);
                $actions[$name][1][$key] = $value;
            }
        }
        return $actions;
    }
}
