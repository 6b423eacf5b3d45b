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

use OPNsense\Slash32\Request\ApplyRequest;
use OPNsense\Slash32\Request\Refusal;

/**
 * Two configurations under one owner id would delete each other's entries in turn: the second one is refused.
 */
final class OwnerCheck
{
    /** @throws Refusal */
    public static function run(\SimpleXMLElement $root, ApplyRequest $request): void
    {
        $known = Settings::owner($root, $request->owner);
        if ($known === null || $request->takeOver || $known['fingerprint'] === $request->fingerprint) {
            return;
        }
        throw new Refusal('owner', [[
            'where' => 'owner',
            'object' => $request->owner,
            'message' => sprintf(
                'This owner id is used by another configuration, last seen from %s at %s. Give this one another id, or '
                . 'take the entries over with --take-over.',
                $known['host'] === '' ? 'an unnamed host' : $known['host'],
                gmdate('Y-m-d H:i', $known['seen']) . ' UTC'
            ),
        ]]);
    }
}
