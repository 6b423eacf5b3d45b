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

use OPNsense\Core\Syslog;

/**
 * Tells the log of the firewall what was refused, to whom and why: one line, whatever the caller wrote.
 */
final class RefusalLog
{
    private const LONGEST = 200;

    /** @param array $answer any answer; one that refuses nothing is not logged */
    public static function note(array $answer, string $verb, mixed $owner, string $user, string $address): void
    {
        if (($answer['result'] ?? '') !== 'refused') {
            return;
        }
        $first = $answer['errors'][0] ?? [];
        (new Syslog('slash32'))->warning(sprintf(
            'Refused (%s): %s of %s by %s. %s',
            self::clean($answer['code']),
            $verb,
            is_string($owner) && $owner !== '' ? self::clean($owner) : 'nobody',
            self::clean($address === '' ? $user : $user . '@' . $address),
            self::clean(implode(': ', array_filter([
                (string)($first['where'] ?? ''),
                (string)($first['object'] ?? ''),
                (string)($first['message'] ?? ''),
            ], fn (string $text) => $text !== '')))
        ));
    }

    private static function clean(string $text): string
    {
        $plain = preg_replace('/[\x00-\x1f\x7f]+/', ' ', mb_scrub($text, 'UTF-8'));
        return mb_strcut($plain, 0, self::LONGEST, 'UTF-8');
    }
}
