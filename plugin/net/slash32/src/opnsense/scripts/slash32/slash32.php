#!/usr/local/bin/php
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

require_once 'script/load_phalcon.php';

use OPNsense\Slash32\Engine\Engine;
use OPNsense\Slash32\Engine\Failure;
use OPNsense\Slash32\Engine\Json;
use OPNsense\Slash32\Engine\Paths;
use OPNsense\Slash32\Engine\RequestFile;

ini_set('display_errors', '0');
ini_set('memory_limit', '1G');

$verb = $argv[1] ?? '';
$engine = new Engine();

try {
    if ($verb === 'settle') {
        $answer = $engine->settle();
    } else {
        ['body' => $body, 'user' => $user, 'address' => $address] =
            (new RequestFile(Paths::standard()))->take($argv[2] ?? '');
        $answer = match ($verb) {
            'state' => $engine->state($user, $address),
            'connections' => $engine->connections(),
            'status' => $engine->status(),
            'peer' => $engine->peer($body),
            'follow' => $engine->follow($body),
            'apply' => $engine->apply($body, $user, $address),
            'confirm', 'rollback' => $engine->end($verb, $body, $user, $address),
            'gui_confirm', 'gui_rollback' => $engine->endById(substr($verb, 4), $body, $user),
            default => ['result' => 'failed', 'message' => 'No such command. Nothing was changed.'],
        };
    }
} catch (Failure $e) {
    $answer = ['result' => 'failed', 'message' => $e->getMessage() . ' Nothing was changed.'];
}

echo Json::encode($answer);
