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

namespace OPNsense\Slash32\Engine;

/**
 * Runs a program without a shell. OPNsense's own Shell has other methods in each release, so that none of them can be
 * counted on from the oldest one to the newest.
 */
final class Command
{
    /** The exit code of a program that could not be started, as a shell would give it. */
    public const NOT_STARTED = 127;

    /**
     * @param string[] $words the program with its path, and its arguments as they are
     * @return array code and lines: what it wrote, errors included
     */
    public static function run(array $words): array
    {
        $streams = [['file', '/dev/null', 'r'], ['pipe', 'w'], ['redirect', 1]];
        $process = @proc_open($words, $streams, $pipes);
        if (!is_resource($process)) {
            return ['code' => self::NOT_STARTED, 'lines' => [sprintf('%s could not be started.', $words[0])]];
        }
        $text = rtrim((string)stream_get_contents($pipes[1]));
        fclose($pipes[1]);
        return ['code' => proc_close($process), 'lines' => $text === '' ? [] : explode("\n", $text)];
    }
}
