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

namespace OPNsense\Core;

/**
 * Stand-in: the log is log/syslog.log in the folder.
 */
final class Syslog
{
    public function __construct(private readonly string $name, $option = null, $facility = null)
    {
    }

    public function error($message)
    {
        $this->note('error', $message);
    }

    public function warning($message)
    {
        $this->note('warning', $message);
    }

    public function notice($message)
    {
        $this->note('notice', $message);
    }

    public function info($message)
    {
        $this->note('info', $message);
    }

    public function debug($message)
    {
        $this->note('debug', $message);
    }

    private function note(string $level, string $message): void
    {
        $line = sprintf("%s %s %s: %s\n", date('c'), $this->name, $level, str_replace("\n", ' ', $message));
        file_put_contents(SLASH32_PREFIX . '/log/syslog.log', $line, FILE_APPEND | LOCK_EX);
    }
}
