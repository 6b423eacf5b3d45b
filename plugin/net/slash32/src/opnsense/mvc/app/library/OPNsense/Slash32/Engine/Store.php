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

    /** Looks at the file as it is now, under the lock. */
    public function look(\Closure $look): void
    {
        try {
            $look($this->lock());
        } finally {
            $this->unlock();
        }
    }

    public function unlock(): void
    {
        Config::getInstance()->unlock();
    }

    /**
     * Writes the tree once and unlocks.
     * @param string $before the bytes that come back where the disk had no room for the new ones
     * @param \Closure|null $makeRoom frees room for them
     * @return string the bytes that were written; the file may have changed again by the time this returns
     * @throws Failure when they did not get onto the disk
     */
    public function save(string $user, string $message, string $before, ?\Closure $makeRoom = null): string
    {
        $config = Config::getInstance();
        try {
            $config->save(['username' => $user, 'description' => $message]);
            $wanted = (string)$config;
            // save() looks at no result of its writing; others may save in between, which is no fault
            $config->lock(false);
            $this->check($wanted, $before, $makeRoom);
            return $wanted;
        } finally {
            // save() drops the lock of the file but still calls itself locked, and then lock() would not read again
            $config->unlock();
        }
    }

    /**
     * Puts bytes back where a save was cut off and nobody has written config.xml since; a file that can be read is left.
     * @return bool whether anything had to be put back
     */
    public function mend(string $before): bool
    {
        if ($before === '' || self::isWhole($this->bytes())) {
            return false;
        }
        $handle = fopen($this->paths->config(), 're');
        try {
            flock($handle, LOCK_EX);
            return !self::isWhole($this->bytes()) && SafeFile::overwrite($this->paths->config(), $before);
        } finally {
            fclose($handle);
        }
    }

    private function check(string $wanted, string $before, ?\Closure $makeRoom): void
    {
        $bytes = $this->bytes();
        $isCut = strlen($bytes) < strlen($wanted) && str_starts_with($wanted, $bytes);
        if ($bytes === $wanted || (!$isCut && self::isWhole($bytes))) {
            $handle = @fopen($this->paths->config(), 're');
            if ($handle !== false) {
                @fsync($handle);
                fclose($handle);
            }
            return;
        }
        if ($makeRoom !== null) {
            $makeRoom();
        }
        if (SafeFile::overwrite($this->paths->config(), $before)) {
            throw new Failure('There was no room on /conf for the new config.xml, so the old one was put back.');
        }
        throw new Failure('There was no room on /conf for the new config.xml, and the old one could not be put back yet.');
    }

    private static function isWhole(string $bytes): bool
    {
        return @simplexml_load_string($bytes, \SimpleXMLElement::class, LIBXML_PARSEHUGE) !== false;
    }
}
