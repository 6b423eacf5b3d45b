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
 * Named places in the engine's work at which a test can kill or delay the process. Does nothing on a firewall.
 */
final class Steps
{
    /**
     * The file `steps.json` of the stand-in maps a step to "kill", to "full" or to a number of seconds. Each entry but
     * "full" works once, so that what comes to clean up is not hit as well.
     * @throws Failure at a step that is "full", as on a full disk
     */
    public static function at(string $step, Paths $paths): void
    {
        if (!$paths->isStandIn()) {
            return;
        }
        $file = $paths->prefix . '/steps.json';
        $text = @file_get_contents($file);
        $steps = $text === false ? null : json_decode($text, true);
        if (!isset($steps[$step])) {
            return;
        }
        $what = $steps[$step];
        if ($what === 'full') {
            throw new Failure(sprintf('No room at "%s".', $step));
        }
        unset($steps[$step]);
        file_put_contents($file, json_encode((object)$steps));
        if ($what === 'kill') {
            Process::signal(getmypid(), '9');
        }
        usleep((int)((float)$what * 1e6));
    }
}
