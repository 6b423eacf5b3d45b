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

namespace Slash32Test\Models;

use OPNsense\Core\Config;
use OPNsense\Slash32\Engine\Settings;
use OPNsense\Slash32\Migrations\M1_1_0;
use OPNsense\Slash32\Slash32;
use PHPUnit\Framework\TestCase;

/** What people may write into the lists of the settings, and what an upgrade writes into them. */
final class Slash32Test extends TestCase
{
    private const CONFIG = '<?xml version="1.0"?>
<opnsense>
  <system><user><name>slash32</name></user><user><name>Jürgen.x@lan</name></user></system>
  <interfaces><wan/><lan/><opt1/></interfaces>
  <nat>%s</nat>
</opnsense>
';

    public static function setUpBeforeClass(): void
    {
        if (!class_exists('OPNsense\Base\BaseModel')) {
            require_once __DIR__ . '/StandInModels.php';
            class_alias(Model::class, 'OPNsense\Base\BaseModel');
            class_alias(Message::class, 'OPNsense\Base\Messages\Message');
            class_alias(Migration::class, 'OPNsense\Base\BaseModelMigration');
        }
    }

    protected function tearDown(): void
    {
        Config::reset();
    }

    private function config(string $nat = ''): void
    {
        @mkdir(SLASH32_PREFIX . '/conf');
        file_put_contents(SLASH32_PREFIX . '/conf/config.xml', sprintf(self::CONFIG, $nat));
        Config::reset();
    }

    /** @dataProvider lists */
    public function testSaysWhatIsWrongWithALine(string $field, string $text, ?string $fault): void
    {
        $this->config();
        $texts = [$field => $text] + ['publishes' => '', 'owner_users' => ''];
        $messages = (new Slash32($texts))->performValidation();
        self::assertSame($fault === null ? 0 : 1, count($messages), $messages[0]->text ?? '');
        if ($fault !== null) {
            self::assertStringContainsString($fault, $messages[0]->text);
            self::assertSame('general.' . $field, $messages[0]->field);
        }
    }

    public static function lists(): array
    {
        $form = 'write an interface, tcp or udp, and a port or a range';
        $rows = [
            'nothing' => ['publishes', '', null],
            'lines, one of them blank' => ['publishes', "wan tcp/443\r\n\n  opt1\tudp/8000-8010 ", null],
            'no port' => ['publishes', 'wan tcp', $form],
            'a name of a port' => ['publishes', 'wan tcp/https', $form],
            'port 0' => ['publishes', 'wan tcp/0', $form],
            'a port too high' => ['publishes', 'wan tcp/443-65536', $form],
            'a range that ends before it begins' => ['publishes', 'wan tcp/20-10', $form],
            'another protocol' => ['publishes', 'wan icmp/1', $form],
            'two ports in a line' => ['publishes', 'wan tcp/80,443', $form],
            'no interface' => ['publishes', 'tcp/443', $form],
            'a label as interface' => ['publishes', 'WAN tcp/443', $form],
            'an interface that is not there' => ['publishes', "wan tcp/443\nopt9 tcp/443", 'write one of wan, lan, opt1'],
            'owners with their users' => ['owner_users', "home slash32\nlab Jürgen.x@lan", null],
            'an owner alone' => ['owner_users', 'home', 'write an owner and a user'],
            'three words' => ['owner_users', 'home slash32 too', 'write an owner and a user'],
            'a user that is not there' => ['owner_users', 'home root', 'names a user that OPNsense does not have'],
            'an owner twice' => ['owner_users', "home slash32\nhome Jürgen.x@lan", 'stands here twice'],
        ];
        return $rows;
    }

    public function testLooksAtWhatIsSavedNowAndAtEverythingOnlyWhenAsked(): void
    {
        $this->config();
        $model = new Slash32(['publishes' => 'gone tcp/443', 'owner_users' => ''], false);
        self::assertCount(0, $model->performValidation());
        self::assertCount(1, $model->performValidation(true));
    }

    /** @dataProvider upgrades */
    public function testTakesWhatStandsOverIntoTheListOnAnUpgradeAndNowhereElse(string $version, string $before, string $after): void
    {
        $rule = fn (string $interface, string $protocol, string $port, string $descr) =>
            "<rule><interface>$interface</interface><protocol>$protocol</protocol>"
            . "<destination><network>{$interface}ip</network><port>$port</port></destination><descr>$descr</descr></rule>";
        $this->config(
            $rule('wan', 'tcp', '443', 'site [slash32:home:nat/site]') . $rule('wan', 'tcp', '443', 'x [slash32:lab:nat/x]')
            . $rule('opt1', 'UDP', '8000-8010', '[slash32:home:nat/voice]') . $rule('wan', 'tcp', '22', 'by hand')
            . $rule('wan', 'tcp', 'web', '[slash32:home:nat/alias]') . '<rule/>'
        );
        $model = new class ($version, $before) {
            public object $general;

            public function __construct(private readonly string $version, string $publishes)
            {
                $this->general = (object)['publishes' => $publishes];
            }

            public function getVersion(): string
            {
                return $this->version;
            }
        };
        (new M1_1_0())->run($model);
        self::assertSame($after, $model->general->publishes);
    }

    public static function upgrades(): array
    {
        return [
            'from 1.0.0' => ['1.0.0', '', "wan tcp/443\nopt1 udp/8000-8010"],
            'from 1.0.0 with a line by hand' => ['1.0.0', 'lan tcp/80', "lan tcp/80\nwan tcp/443\nopt1 udp/8000-8010"],
            'new' => ['0.0.0', '', ''],
            'without a version' => ['<unversioned>', '', ''],
        ];
    }

    public function testHasTheVersionThatTheEngineGivesToSettingsWhichItMakes(): void
    {
        $model = simplexml_load_file(SLASH32_SOURCE . '/opnsense/mvc/app/models/OPNsense/Slash32/Slash32.xml');
        self::assertSame(Settings::VERSION, (string)$model->version);
    }
}
