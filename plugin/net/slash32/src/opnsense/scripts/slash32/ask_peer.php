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
require_once 'config.inc';
require_once 'util.inc';
require_once 'plugins.inc';
require_once 'XMLRPC_Client.inc';

use OPNsense\Slash32\Engine\Json;
use OPNsense\Slash32\Engine\Paths;
use OPNsense\Slash32\Engine\RequestFile;

/*
 * Calls the method that os-slash32 adds to OPNsense's XMLRPC on the other node of the pair, with the address and the login
 * of System: High Availability: Settings.
 */

ini_set('display_errors', '0');

try {
    $body = (new RequestFile(Paths::standard()))->take($argv[1] ?? '')['body'];
    $chosen = explode(',', (string)($config['hasync']['syncitems'] ?? ''));
    $sections = [];
    foreach (plugins_xmlrpc_sync() as $id => $item) {
        if (in_array($id, $chosen, true)) {
            array_push($sections, ...array_filter(array_map('trim', explode(',', $item['section'] ?? ''))));
        }
    }
    $answer = ['status' => 'ok', 'response' => xmlrpc_execute('opnsense.slash32_peer', Json::encode(
        ['sections' => array_values(array_unique($sections))] + $body
    ))];
} catch (\Throwable $e) {
    $answer = ['status' => 'error', 'message' => $e->getMessage()];
}

echo Json::encode($answer);
