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
 * The unsettled changes, in /conf/slash32. Beside each `ID.json` lie `ID.before.xml` and `ID.after.xml`, the bytes of
 * config.xml before and after it, with which the boot script works without PHP. Write only under the engine lock.
 */
final class Records
{
    public function __construct(private readonly Paths $paths)
    {
    }

    /** @return Record[] newest first; a file that cannot be read as a record is named in the log and put aside */
    public function all(): array
    {
        $records = [];
        foreach (glob($this->paths->state() . '/*.json') ?: [] as $file) {
            try {
                $text = @file_get_contents($file);
                if ($text !== false) {
                    $records[] = Record::parse($text);
                }
            } catch (Failure $e) {
                $this->putAside($file, $e->getMessage());
            }
        }
        usort($records, fn (Record $a, Record $b) => [$b->at, $b->started] <=> [$a->at, $a->started]);
        return $records;
    }

    public function find(string $id): ?Record
    {
        foreach ($this->all() as $record) {
            if ($record->id === $id) {
                return $record;
            }
        }
        return null;
    }

    public function ofOwner(string $owner): ?Record
    {
        foreach ($this->all() as $record) {
            if ($record->owner === $owner) {
                return $record;
            }
        }
        return null;
    }

    public function write(Record $record): void
    {
        SafeFile::directory($this->paths->state());
        SafeFile::write($this->file($record->id, 'json'), Json::encode($record->toArray()));
    }

    /** @param string $which before or after */
    public function keepConfig(string $id, string $which, string $bytes): void
    {
        SafeFile::directory($this->paths->state());
        SafeFile::write($this->file($id, $which . '.xml'), $bytes);
    }

    /** Whether the boot script put config.xml back as a whole, so that nothing is left to undo. */
    public function wasPutBackAtBoot(string $id): bool
    {
        return is_file($this->file($id, 'booted'));
    }

    /** Forgets the record, its copies of config.xml last: without the record nobody uses them. */
    public function delete(string $id): void
    {
        foreach (['json', 'before.xml', 'after.xml', 'booted'] as $end) {
            @unlink($this->file($id, $end));
        }
    }

    private function file(string $id, string $end): string
    {
        return sprintf('%s/%s.%s', $this->paths->state(), $id, $end);
    }

    private function putAside(string $file, string $why): void
    {
        @rename($file, $file . '.broken');
        (new Syslog('slash32'))->error(sprintf(
            'The pending record %s cannot be read and was put aside: %s What it stood for is not rolled back by itself.',
            $file,
            $why
        ));
    }
}
