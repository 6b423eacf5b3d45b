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

use OPNsense\Core\Config;
use OPNsense\Mvc\Request;
use OPNsense\Slash32\Api\SettingsController;
use PHPUnit\Framework\TestCase;

/** What counts as a setting: the record of who owns what is none, or a key for the page could give an owner's entries away. */
final class SettingsControllerTest extends TestCase
{
    public static function setUpBeforeClass(): void
    {
        if (!class_exists('OPNsense\Base\ApiMutableModelControllerBase')) {
            require_once __DIR__ . '/SavesAnything.php';
            class_alias(SavesAnything::class, 'OPNsense\Base\ApiMutableModelControllerBase');
        }
    }

    protected function setUp(): void
    {
        @mkdir(SLASH32_PREFIX . '/conf');
        file_put_contents(SLASH32_PREFIX . '/conf/config.xml', "<?xml version=\"1.0\"?>\n<opnsense><system/></opnsense>\n");
        Config::reset();
    }

    protected function tearDown(): void
    {
        $_POST = [];
        Config::reset();
    }

    /** @dataProvider posted */
    public function testSavesSettingsAndNothingElse(mixed $posted, string $result): void
    {
        $_POST['slash32'] = $posted;
        $controller = new SettingsController();
        $controller->request = new Request();

        $this->assertSame($result, $controller->setAction()['result']);
        $this->assertSame($result === 'saved' ? $posted : null, $controller->saved);
    }

    public static function posted(): array
    {
        $general = ['interfaces' => 'opt1'];
        $owners = ['owner' => ['x' => ['name' => 'home']]];
        return [
            'settings' => [['general' => $general], 'saved'],
            'owners' => [['owners' => $owners], 'failed'],
            'owners beside settings' => [['general' => $general, 'owners' => $owners], 'failed'],
            'something that is not there' => [['general' => $general, 'more' => '1'], 'failed'],
        ];
    }
}
