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
use OPNsense\Mvc\Request;
use OPNsense\Slash32\Api\SettingsController;
use PHPUnit\Framework\TestCase;

/** What counts as a setting: the record of who owns what is none, or a key for the page could give an owner's entries away. */
final class SettingsControllerTest extends TestCase
{
    private const CONFIG = '<?xml version="1.0"?>
<opnsense><system>
  <user><name>service</name><priv>page-services-slash32-api,page-services-slash32</priv></user>
  <user><name>bound</name><priv>page-all</priv></user>
  <user><name>admin</name><priv>page-all</priv></user>
</system><OPNsense><Slash32><general><owner_users>home bound</owner_users></general></Slash32></OPNsense></opnsense>
';

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
        file_put_contents(SLASH32_PREFIX . '/conf/config.xml', self::CONFIG);
        Config::reset();
    }

    protected function tearDown(): void
    {
        $_POST = [];
        unset($_SERVER['HTTP_AUTHORIZATION']);
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

    /** @dataProvider callers */
    public function testLetsNoKeyOfAServiceSayWhatThatMayTouch(string $user, bool $isKey, bool $isRefused): void
    {
        $_POST['slash32'] = ['general' => ['interfaces' => 'opt1', 'publishes' => 'lan udp/53', 'owner_users' => '']];
        if ($isKey) {
            $_SERVER['HTTP_AUTHORIZATION'] = 'Basic x';
        }
        $controller = new class ($user) extends SettingsController {
            public function __construct(private readonly string $who)
            {
            }

            public function getUserName(): ?string
            {
                return $this->who;
            }
        };
        $controller->request = new Request();
        try {
            $controller->setAction();
        } catch (UserException $e) {
            $this->assertStringContainsString('may not change what it may touch', $e->getMessage());
        }
        $this->assertSame($isRefused, $controller->saved === null);
    }

    public static function callers(): array
    {
        return [
            'the key of a user with the privilege of a service' => ['service', true, true],
            'the key of a user who is bound to an owner' => ['bound', true, true],
            'the key of somebody else' => ['admin', true, false],
            'such a user at the page itself' => ['bound', false, false],
            'the other one at the page itself' => ['service', false, false],
        ];
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
