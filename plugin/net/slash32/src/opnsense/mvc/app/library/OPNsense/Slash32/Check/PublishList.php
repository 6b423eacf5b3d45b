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

namespace OPNsense\Slash32\Check;

/**
 * Where the settings let redirects of slash32 stand: one line each, such as `wan tcp/443` or `wan tcp/8000-8010`. No line, no
 * redirect.
 */
final class PublishList
{
    private const LINE = '/^([a-z][a-z0-9_]{0,31})[ \t]+(tcp|udp)\/(\d{1,5})(?:-(\d{1,5}))?$/D';

    /** @var array [interface, protocol, first port, last port] */
    private readonly array $lines;

    /** @param string[] $texts what is no such line allows nothing */
    public function __construct(array $texts)
    {
        $this->lines = array_values(array_filter(array_map([self::class, 'parse'], $texts)));
    }

    /** @return string[] the lines of a setting, blank ones left out */
    public static function split(string $text): array
    {
        return preg_split('/\s*[\r\n]+\s*/', trim($text), -1, PREG_SPLIT_NO_EMPTY);
    }

    /** @return array|null interface, protocol, first and last port; null when the line has another form */
    public static function parse(string $line): ?array
    {
        if (preg_match(self::LINE, $line, $found) !== 1) {
            return null;
        }
        [, $interface, $protocol, $from] = $found;
        $to = $found[4] ?? $from;
        return (int)$from < 1 || (int)$from > (int)$to || (int)$to > 65535
            ? null : [$interface, $protocol, (int)$from, (int)$to];
    }

    /** The line that lets these packets be redirected. */
    public static function line(string $interface, string $protocol, int $from, int $to): string
    {
        return sprintf('%s %s/%s', $interface, $protocol, $from === $to ? $from : $from . '-' . $to);
    }

    /** @return string[] the lines in their own form */
    public function texts(): array
    {
        return array_map(fn (array $line) => self::line(...$line), $this->lines);
    }

    /** Whether one line has all of these ports. */
    public function allows(string $interface, string $protocol, int $from, int $to): bool
    {
        foreach ($this->lines as [$id, $name, $first, $last]) {
            if ($id === $interface && $name === $protocol && $first <= $from && $to <= $last) {
                return true;
            }
        }
        return false;
    }
}
