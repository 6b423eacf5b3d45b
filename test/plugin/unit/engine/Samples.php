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

namespace Slash32Test\Engine;

use OPNsense\Slash32\Engine\Record;

/**
 * Values for tests.
 */
final class Samples
{
    /** @param array $fields properties that differ from an ordinary pending record */
    public static function record(array $fields = []): Record
    {
        return new Record(...array_merge([
            'id' => str_repeat('a', 16),
            'tokenHash' => str_repeat('a', 64),
            'owner' => 'home',
            'user' => 'slash32@127.0.0.1',
            'host' => 'incus1',
            'state' => Record::PENDING,
            'at' => 1795430000,
            'started' => 1000.0,
            'deadline' => 1795430060,
            'seconds' => 60,
            'revisionBefore' => str_repeat('0', 64),
            'revisionAfter' => str_repeat('1', 64),
            'changes' => [['node' => 'x', 'value' => 'a "quoted" ü']],
            'changed' => ['reservations' => ['created' => 2]],
            'notes' => [],
            'ending' => null,
        ], $fields));
    }
}
