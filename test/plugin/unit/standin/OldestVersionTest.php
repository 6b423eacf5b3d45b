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

namespace Slash32Test\Standin;

use PHPUnit\Framework\TestCase;

/**
 * What the plugin calls of OPNsense, and what the stand-ins have of it, exists in the oldest version that is promised:
 * oldest.json holds its methods with the number of their parameters, `npm run plugin:try` holds that list to a checkout.
 */
final class OldestVersionTest extends TestCase
{
    /** The stand-ins' own, for the tests. */
    private const OWN = ['OPNsense\Core\Config::reset'];

    public function testAStandInHasNothingThatTheOldestVersionLacks(): void
    {
        $known = self::oldest();
        $extra = [];
        foreach (self::standIns() as $class) {
            foreach ((new \ReflectionClass($class))->getMethods() as $method) {
                $isForeign = $method->getDeclaringClass()->isInternal() || $method->isPrivate();
                if ($isForeign || in_array("$class::$method->name", self::OWN, true)) {
                    continue;
                }
                $most = $known[$class][$method->name] ?? ($method->isConstructor() ? 0 : -1);
                if ($method->getNumberOfParameters() > $most) {
                    $extra[] = "$class::$method->name";
                }
            }
        }
        self::assertSame([], $extra);
    }

    public function testThePluginNamesNoClassOfOPNsenseThatTheOldestVersionLacks(): void
    {
        $named = [];
        foreach (self::sources() as $file => $text) {
            preg_match_all('/(?<![\w\x5c])\x5c?(OPNsense\x5c(?:Base|Core|Mvc)(?:\x5c\w+)+)/', $text, $found);
            foreach ($found[1] as $class) {
                $named[$class] = basename($file);
            }
        }
        self::assertGreaterThan(5, count($named));
        self::assertSame([], array_diff_key($named, self::oldest()));
    }

    public function testThePluginCallsNoMethodOfOPNsenseThatTheOldestVersionLacks(): void
    {
        $missing = [];
        foreach (self::sources() as $file => $text) {
            foreach (self::calls($text) as [$class, $method]) {
                if (!isset(self::oldest()[$class][$method])) {
                    $missing[] = sprintf('%s: %s::%s', basename($file), $class, $method);
                }
            }
        }
        self::assertSame([], $missing);
    }

    public function testSuchACallIsFound(): void
    {
        $calls = self::calls(
            "use OPNsense\Base\ApiControllerBase;\nuse OPNsense\Core\Shell;\nclass A extends ApiControllerBase {\n"
            . '  function own() { $this->throwReadOnly(); $this->own(); Shell::run_safe(1); (new Shell())->exec(2); '
            . "\$this->request->has(3); } }"
        );
        self::assertSame([
            ['OPNsense\Base\ApiControllerBase', 'throwReadOnly'],
            ['OPNsense\Core\Shell', 'run_safe'],
            ['OPNsense\Core\Shell', 'exec'],
            ['OPNsense\Mvc\Request', 'has'],
        ], $calls);
    }

    /** @return array class and method of each call on an imported class, its instance, or what a controller inherits */
    private static function calls(string $text): array
    {
        $calls = [];
        preg_match_all('/^use (OPNsense\x5c(?:Base|Core|Mvc)\x5c(\w+));/m', $text, $imports, PREG_SET_ORDER);
        foreach ($imports as [, $class, $name]) {
            preg_match_all("/\\b$name::(\\w+)\\(/", $text, $static);
            preg_match_all("/\\(new $name\\([^)]*\\)\\)->(\\w+)\\(/", $text, $fresh);
            preg_match_all("/\\b$name::getInstance\\(\\)->(\\w+)\\(/", $text, $single);
            foreach ([...$static[1], ...$fresh[1], ...$single[1]] as $method) {
                $calls[] = [$class, $method];
            }
            if (preg_match("/ extends $name\\b/", $text)) {
                preg_match_all('/function (\w+)\(/', $text, $own);
                preg_match_all('/(?:\$this->|parent::)(\w+)\(/', $text, $inherited);
                foreach (array_diff($inherited[1], $own[1]) as $method) {
                    $calls[] = [$class, $method];
                }
            }
        }
        $parts = ['request' => 'OPNsense\Mvc\Request', 'response' => 'OPNsense\Mvc\Response'];
        $parts['backend'] = 'OPNsense\Core\Backend';
        foreach ($parts as $property => $class) {
            preg_match_all("/\\\$this->$property->(\\w+)\\(/", $text, $found);
            foreach ($found[1] as $method) {
                $calls[] = [$class, $method];
            }
        }
        return $calls;
    }

    private static function oldest(): array
    {
        return json_decode((string)file_get_contents(dirname(__DIR__, 2) . '/standin/oldest.json'), true)['classes'];
    }

    private static function standIns(): array
    {
        $root = dirname(__DIR__, 2) . '/standin/';
        $name = fn (string $file) => str_replace('/', '\\', substr($file, strlen($root), -strlen('.php')));
        return array_map($name, glob($root . 'OPNsense/*/*.php'));
    }

    private static function sources(): array
    {
        $texts = [];
        $files = new \RecursiveIteratorIterator(new \RecursiveDirectoryIterator(SLASH32_SOURCE));
        foreach ($files as $file) {
            if (preg_match('/\.(php|inc)$/', (string)$file)) {
                $texts[(string)$file] = (string)file_get_contents((string)$file);
            }
        }
        return $texts;
    }
}
