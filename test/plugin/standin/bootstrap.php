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

/*
 * Stand-in for the parts of OPNsense that the plugin touches, so that its own code runs on any machine with PHP.
 * SLASH32_STANDIN names the folder that plays the firewall's disk; see README.md.
 */

error_reporting(E_ALL);

$folder = getenv('SLASH32_STANDIN');
if (!defined('SLASH32_PREFIX') && is_string($folder) && $folder !== '') {
    define('SLASH32_PREFIX', rtrim($folder, '/'));
}
define('SLASH32_SOURCE', getenv('SLASH32_SOURCE') ?: dirname(__DIR__, 3) . '/plugin/net/slash32/src');

spl_autoload_register(function (string $class): void {
    $path = str_replace('\\', '/', $class) . '.php';
    $app = SLASH32_SOURCE . '/opnsense/mvc/app';
    foreach ([__DIR__, "$app/library", "$app/controllers", "$app/models"] as $root) {
        if (is_file("$root/$path")) {
            require_once "$root/$path";
            return;
        }
    }
});

if (!defined('SLASH32_PREFIX') && PHP_SAPI === 'cli') {
    // PHPUnit runs without a folder: one for the whole run, gone at its end
    define('SLASH32_PREFIX', sys_get_temp_dir() . '/slash32-phpunit-' . bin2hex(random_bytes(8)));
    mkdir(SLASH32_PREFIX . '/log', 0755, true);
    $runner = getmypid();
    register_shutdown_function(function () use ($runner): void {
        if (getmypid() === $runner) {
            OPNsense\Slash32\Engine\Command::run(['/bin/rm', '-rf', SLASH32_PREFIX]);
        }
    });
}

if (!function_exists('gettext')) {
    function gettext(string $text): string
    {
        return $text;
    }
}
