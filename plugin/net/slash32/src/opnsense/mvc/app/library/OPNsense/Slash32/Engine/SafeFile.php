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
 * Files that only root reads and that are whole or not there at all, even after a power cut.
 */
final class SafeFile
{
    /** Replaces the file with the text; mode 0600. */
    public static function write(string $file, string $text): void
    {
        $temporary = sprintf('%s.%s.new', $file, bin2hex(random_bytes(6)));
        $before = umask(0077);
        try {
            $handle = @fopen($temporary, 'xe');
        } finally {
            umask($before);
        }
        if ($handle === false) {
            throw new Failure(sprintf('The file %s could not be made.', $temporary));
        }
        $done = fwrite($handle, $text) === strlen($text) && fflush($handle) && fsync($handle);
        fclose($handle);
        if (!$done || !rename($temporary, $file)) {
            @unlink($temporary);
            throw new Failure(sprintf('The file %s could not be written. Is the disk full?', $file));
        }
        self::syncDirectory(dirname($file));
    }

    /** Makes what was renamed in a directory last, even through a power cut. */
    public static function syncDirectory(string $directory): void
    {
        $handle = @fopen($directory, 're');
        if ($handle !== false) {
            @fsync($handle);
            fclose($handle);
        }
    }

    /** Writes into the file that is there: whoever holds a lock on it goes on holding it. */
    public static function overwrite(string $file, string $text): bool
    {
        $handle = @fopen($file, 'r+e');
        if ($handle === false) {
            return false;
        }
        $done = @fwrite($handle, $text) === strlen($text) && ftruncate($handle, strlen($text)) && fflush($handle)
            && fsync($handle);
        fclose($handle);
        return $done;
    }

    /** Makes a directory that only root may enter, and takes others' rights from one that is there. */
    public static function directory(string $directory): void
    {
        if (!is_dir($directory) && !@mkdir($directory, 0700) && !is_dir($directory)) {
            throw new Failure(sprintf('The directory %s could not be made.', $directory));
        }
        if ((fileperms($directory) & 0777) !== 0700) {
            chmod($directory, 0700);
        }
    }
}
