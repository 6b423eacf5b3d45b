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

namespace Slash32Test\Access;

use OPNsense\Base\UserException;
use OPNsense\Core\Config;
use OPNsense\Slash32\Access\WriteAccess;
use PHPUnit\Framework\TestCase;

/** Who may write, whichever form the release that saved the user gave to the privileges. */
final class WriteAccessTest extends TestCase
{
    private const USERS = [
        'writer' => '<priv>page-services-slash32-api</priv>',
        'elements' => '<priv>page-services-slash32-api</priv><priv>user-config-readonly</priv>',
        'list' => '<priv>page-services-slash32-api,user-config-readonly</priv>',
        'spaced' => '<priv>page-services-slash32-api, user-config-readonly</priv>',
        'nothing' => '',
    ];

    protected function setUp(): void
    {
        $users = '';
        foreach (self::USERS as $name => $privileges) {
            $users .= "<user><name>$name</name>$privileges</user>";
        }
        @mkdir(SLASH32_PREFIX . '/conf');
        $text = "<?xml version=\"1.0\"?>\n<opnsense><system>$users</system></opnsense>\n";
        file_put_contents(SLASH32_PREFIX . '/conf/config.xml', $text);
        Config::reset();
    }

    protected function tearDown(): void
    {
        Config::reset();
    }

    /** @dataProvider readers */
    public function testRefusesWhoMayOnlyRead(string $name): void
    {
        $this->expectException(UserException::class);
        $this->expectExceptionMessage("User $name denied for write access (user-config-readonly set)");
        WriteAccess::demand($name);
    }

    public static function readers(): array
    {
        return ['as elements' => ['elements'], 'as a list' => ['list'], 'as a list with blanks' => ['spaced']];
    }

    /** @dataProvider writers */
    public function testLetsTheOthersWrite(?string $name): void
    {
        WriteAccess::demand($name);
        $this->addToAssertionCount(1);
    }

    public static function writers(): array
    {
        return ['a writer' => ['writer'], 'without privileges' => ['nothing'], 'unknown' => ['nobody'], 'none' => [null]];
    }
}
