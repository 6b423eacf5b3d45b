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

namespace OPNsense\Slash32\Request;

/**
 * The mark of ownership at the end of a description: `text [slash32:OWNER:…]`.
 */
final class Marker
{
    private const PATTERN = '/\[slash32:([^:\]\s]+):([^\]\s]*)\]\s*$/D';

    /** The owner named by the marker, or null without one. */
    public static function owner(string $description): ?string
    {
        return preg_match(self::PATTERN, $description, $found) ? rawurldecode($found[1]) : null;
    }

    /** What stands in the marker after the owner, such as `default/web/eth0:a2432d30`, or ''. */
    public static function subject(string $description): string
    {
        return preg_match(self::PATTERN, $description, $found) ? $found[2] : '';
    }

    /** The whole marker, or ''. */
    public static function of(string $description): string
    {
        return preg_match(self::PATTERN, $description, $found) ? trim($found[0]) : '';
    }

    public static function isThere(string $description): bool
    {
        return self::of($description) !== '';
    }
}
