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
 * config.xml before and after it, with which the boot script works without PHP; `ID.reserve` keeps room for the undoing;
 * `ID.done` is the record of a change that is settled. Write only under the engine lock.
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
            if (is_file(substr($file, 0, -4) . 'done')) {
                continue;
            }
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

    /** What this owner has waiting; not one of which config.xml is clean already. */
    public function ofOwner(string $owner): ?Record
    {
        foreach ($this->all() as $record) {
            if ($record->owner === $owner && !$record->isBack()) {
                return $record;
            }
        }
        return null;
    }

    public function write(Record $record): void
    {
        Steps::at('write record', $this->paths);
        SafeFile::directory($this->paths->state());
        SafeFile::write($this->file($record->id, 'json'), Json::encode($record->toArray()));
    }

    /** @param string $which before or after */
    public function keepConfig(string $id, string $which, string $bytes): void
    {
        SafeFile::directory($this->paths->state());
        SafeFile::write($this->file($id, $which . '.xml'), $bytes);
    }

    /** @return string the bytes kept by keepConfig(), or '' */
    public function config(string $id, string $which): string
    {
        return (string)@file_get_contents($this->file($id, $which . '.xml'));
    }

    /** From here on the boot script leaves the undoing to PHP, which goes node by node. */
    public function forgetAfter(string $id): void
    {
        @unlink($this->file($id, 'after.xml'));
        SafeFile::syncDirectory($this->paths->state());
    }

    /** Takes room that an undoing can be sure of. Random, or a file system that compresses would reserve nothing. */
    public function reserve(string $id, int $size): void
    {
        Steps::at('write reserve', $this->paths);
        SafeFile::write($this->file($id, 'reserve'), random_bytes(max(1, $size)));
    }

    public function makeRoom(string $id): void
    {
        @unlink($this->file($id, 'reserve'));
    }

    /**
     * From here on nothing undoes the change any more, whatever is cut off: one rename, which needs no room.
     * @throws Failure when it could not be done
     */
    public function settle(string $id): void
    {
        if (!@rename($this->file($id, 'json'), $this->file($id, 'done'))) {
            throw new Failure(sprintf('The record %s could not be closed.', $this->file($id, 'json')));
        }
        SafeFile::syncDirectory($this->paths->state());
    }

    /** @return Record[] those that were settled and not yet forgotten */
    public function settled(): array
    {
        $records = [];
        foreach (glob($this->paths->state() . '/*.done') ?: [] as $file) {
            try {
                $records[] = Record::parse((string)@file_get_contents($file));
            } catch (Failure $e) {
                $this->putAside($file, $e->getMessage());
            }
        }
        return $records;
    }

    /** Whether the boot script put config.xml back as a whole, so that nothing is left to undo. */
    public function wasPutBackAtBoot(string $id): bool
    {
        return is_file($this->file($id, 'booted'));
    }

    /** Forgets the record, and last of all that it was settled. */
    public function delete(string $id): void
    {
        foreach (['json', 'before.xml', 'after.xml', 'booted', 'reserve', 'done'] as $end) {
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
