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

namespace Slash32Test\Pair;

use OPNsense\Slash32\Pair\Word;
use PHPUnit\Framework\TestCase;

final class WordTest extends TestCase
{
    /** @dataProvider words */
    public function testIsToldByItsEffect(mixed $printed, string $code): void
    {
        self::assertSame($code, Word::of($printed)->code);
    }

    public function words(): array
    {
        $error = fn (string $message) => ['status' => 'error', 'message' => $message];
        $said = fn (mixed $response) => ['status' => 'ok', 'response' => $response];
        return [
            'no configd' => [null, 'failed'],
            'a refused login, which OPNsense brings as an answer' => [$said("Authentication failed"), 'login'],
            'the same in another layout' => [$said("\n  Authentication failed\n"), 'login'],
            'nobody there' => [$error('fetch error. remote host down? (Failed to connect)'), 'unreachable'],
            'a method that nobody has' => [
                $error('server error. requested method opnsense.slash32_peer does not exist.'), 'no-plugin',
            ],
            'a page instead of an answer' => [$error('parse error. not well formed'), 'failed'],
            'no peer' => [$said(false), 'no-peer'],
            'what is no JSON' => [$said('hello'), 'failed'],
            'another version' => [$said('{"result":"ok","api":2}'), 'old-plugin'],
            'a failure there' => [$said('{"result":"failed","message":"Its configd gave no answer."}'), 'failed'],
            'an answer' => [$said('{"result":"ok","api":1}'), ''],
        ];
    }
}
