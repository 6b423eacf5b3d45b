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

use OPNsense\Core\Config;

/**
 * config.xml under OPNsense's own lock: read, compare, save once.
 */
final class Store
{
    public function __construct(private readonly Paths $paths)
    {
    }

    /** The tree as it is now, without a lock: for reading only. */
    public function peek(): \SimpleXMLElement
    {
        return Config::getInstance()->object();
    }

    /** SHA-256 of the file as it is now. */
    public function revision(): string
    {
        return hash('sha256', $this->bytes());
    }

    public function bytes(): string
    {
        $bytes = @file_get_contents($this->paths->config());
        if ($bytes === false) {
            throw new Failure(sprintf('%s could not be read.', $this->paths->config()));
        }
        return $bytes;
    }

    /** Takes OPNsense's lock and reads the file anew. Every path from here ends in save() or unlock(). */
    public function lock(): \SimpleXMLElement
    {
        return Config::getInstance()->lock()->object();
    }

    public function unlock(): void
    {
        Config::getInstance()->unlock();
    }

    /**
     * Writes the tree once and unlocks.
     * @return string the bytes that were written; the file may have changed again by the time this returns
     */
    public function save(string $user, string $message): string
    {
        $config = Config::getInstance();
        try {
            $config->save(['username' => $user, 'description' => $message]);
            return (string)$config;
        } finally {
            // save() drops the lock of the file but still calls itself locked, and then lock() would not read again
            $config->unlock();
        }
    }
}
