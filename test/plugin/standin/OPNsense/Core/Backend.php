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

use Slash32StandIn\Commands;
use Slash32StandIn\OwnActions;

/**
 * Stand-in: configd. As in 25.7 it knows no `!` for a fresh answer, and what fails is null. The plugin's own actions run as processes of their own, as configd runs them; everything else is
 * answered by Slash32StandIn\Commands.
 */
final class Backend
{
    public function configdRun($event, $detach = false, $timeout = 120, $connectTimeout = 10): ?string
    {
        $words = str_getcsv(ltrim((string)$event, ' &'), ' ', "'", '');
        return $this->run($words, (int)$timeout, (bool)$detach);
    }

    public function configdpRun($event, $params = [], $detach = false, $timeout = 120, $connectTimeout = 10): ?string
    {
        return $this->run(array_merge(explode(' ', (string)$event), array_map('strval', (array)$params)), (int)$timeout, (bool)$detach);
    }

    private function run(array $words, int $timeout, bool $isDetached): ?string
    {
        $control = Commands::control(implode(' ', $words));
        if (isset($control['sleep'])) {
            usleep((int)($control['sleep'] * 1e6));
        }
        if (isset($control['answer'])) {
            return $control['answer'] === '' ? null : $control['answer'];
        }
        $isOwn = $words[0] === 'slash32';
        $answer = $isOwn ? (new OwnActions())->run($words, $timeout, $isDetached) : (new Commands())->run($words);
        return $answer === '' ? null : $answer;
    }
}
