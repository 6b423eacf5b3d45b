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
 * What became of each apply, one line of JSON each, oldest first; the newest 200 are kept. Write only under the engine
 * lock. Holds no token and no values of nodes.
 */
final class History
{
    private const KEEP = 200;

    public function __construct(private readonly Paths $paths)
    {
    }

    /** Adds the entry, or sets the given fields of the one with this id. */
    public function put(string $id, array $fields): void
    {
        $entries = $this->read();
        $known = array_search($id, array_column($entries, 'id'), true);
        if ($known === false) {
            $entries[] = ['id' => $id] + $fields;
        } else {
            $entries[$known] = array_merge($entries[$known], $fields);
        }
        $lines = array_map(fn (array $entry) => Json::encode($entry) . "\n", self::kept($entries));
        Steps::at('write history', $this->paths);
        SafeFile::directory($this->paths->state());
        SafeFile::write($this->file(), implode('', $lines));
    }

    /** The newest ones, and the newest one of each owner: it tells what became of what config.xml still names. */
    private static function kept(array $entries): array
    {
        $old = array_slice($entries, 0, max(0, count($entries) - self::KEEP));
        $new = array_slice($entries, -self::KEEP);
        $newest = [];
        foreach ($old as $entry) {
            $newest[$entry['owner'] ?? ''] = $entry;
        }
        $known = array_map(fn (array $entry) => $entry['owner'] ?? '', $new);
        return [...array_values(array_diff_key($newest, array_flip($known))), ...$new];
    }

    public function find(string $id): ?array
    {
        foreach ($this->read() as $entry) {
            if ($entry['id'] === $id) {
                return $entry;
            }
        }
        return null;
    }

    /** @return array the newest entries, newest first */
    public function newest(int $count): array
    {
        return array_slice(array_reverse($this->read()), 0, $count);
    }

    private function read(): array
    {
        $entries = [];
        foreach (@file($this->file(), FILE_IGNORE_NEW_LINES | FILE_SKIP_EMPTY_LINES) ?: [] as $line) {
            $entry = json_decode($line, true);
            if (is_array($entry) && is_string($entry['id'] ?? null)) {
                $entries[] = $entry;
            }
        }
        return $entries;
    }

    private function file(): string
    {
        return $this->paths->state() . '/history.jsonl';
    }
}
