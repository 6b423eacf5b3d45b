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

namespace OPNsense\Core;

/**
 * Stand-in: runs commands with each %s replaced by a quoted argument.
 */
final class Shell
{
    public static function exec_safe($format, $args = []): string
    {
        $quoted = array_map(fn ($arg) => escapeshellarg((string)$arg), (array)$args);
        return vsprintf(implode(' ', (array)$format), $quoted);
    }

    public static function run_safe($format, $args = [], $mute = false): int
    {
        exec(self::exec_safe($format, $args) . ' 2>&1', $output, $code);
        if ($code !== 0 && !$mute) {
            (new Syslog('shell'))->error(sprintf('exit %d: %s', $code, implode(' ', $output)));
        }
        return $code;
    }

    public static function shell_safe($format, $args = [], $explode = false, $separator = "\n"): string|array
    {
        $text = (string)shell_exec(self::exec_safe($format, $args));
        if (!$explode) {
            return trim($text);
        }
        $text = rtrim($text);
        return $text === '' ? [] : explode($separator, $text);
    }
}
