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

/**
 * The two clocks. Deadlines are kept by the one that never jumps; the wall clock is only for people and for records.
 */
final class Clock
{
    public function __construct(private readonly Paths $paths)
    {
    }

    /** Seconds since 1970. It may jump when the time is set. */
    public function wall(): int
    {
        return time() + (int)$this->offset('wall');
    }

    /** Seconds since some point of this boot. It never jumps and starts again with each boot. */
    public function steady(): float
    {
        return hrtime(true) / 1e9 + $this->offset('steady');
    }

    /** What a test adds to a clock; nothing on a firewall. */
    private function offset(string $name): float
    {
        if (!$this->paths->isStandIn()) {
            return 0.0;
        }
        $text = @file_get_contents($this->paths->prefix . '/clock.json');
        $offsets = $text === false ? null : json_decode($text, true);
        return (float)($offsets[$name] ?? 0);
    }
}
