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
 * `SLASH32_STANDIN=folder php -S 127.0.0.1:PORT test/plugin/standin/router.php` answers the plugin's API. See README.md.
 */

require_once __DIR__ . '/bootstrap.php';

if (!defined('SLASH32_PREFIX') || !is_dir(SLASH32_PREFIX)) {
    http_response_code(503);
    echo 'SLASH32_STANDIN must name a folder.';
    return true;
}

set_error_handler(function (int $number, string $message, string $file, int $line): bool {
    if ((error_reporting() & $number) === 0) {
        return false;
    }
    throw new ErrorException($message, 0, $number, $file, $line);
});

Slash32StandIn\Folder::prepare();
if (parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH) === '/xmlrpc.php') {
    (new Slash32StandIn\Xmlrpc())->run();
    return true;
}
(new Slash32StandIn\Dispatcher())->dispatch($_SERVER['REQUEST_URI']);
return true;
