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

namespace OPNsense\Slash32\Pair;

use OPNsense\Slash32\Engine\History;
use OPNsense\Slash32\Engine\Json;
use OPNsense\Slash32\Engine\Paths;
use OPNsense\Slash32\Engine\Records;
use OPNsense\Slash32\Engine\SafeFile;

/**
 * Changes that came from the other node before anybody had confirmed them: a "Synchronize now" takes along what waits, but
 * not what would undo it. Each owner in config.xml says which change made it what it is; one that this node neither made
 * nor was told to be settled may be live here without anybody who watches it.
 */
final class Unwatched
{
    /** Ids that are remembered as settled. */
    private const MOST = 200;

    public function __construct(
        private readonly Paths $paths,
        private readonly Records $records,
        private readonly History $history
    ) {
    }

    /** @return array rows with id, owner and until (wall clock) */
    public function all(\SimpleXMLElement $root): array
    {
        $told = $this->told();
        $found = [];
        foreach (self::changes($root) as $change) {
            $isKnown = in_array($change['id'], $told, true) || $this->history->find($change['id']) !== null
                || $this->records->find($change['id']) !== null;
            if (!$isKnown) {
                $found[] = $change;
            }
        }
        return $found;
    }

    /**
     * Learns from the other node which of the changes here are settled: all that do not wait there.
     * @param string[] $waiting
     */
    public function learn(\SimpleXMLElement $root, array $waiting): void
    {
        $settled = array_diff(array_column(self::changes($root), 'id'), $waiting);
        $told = array_values(array_unique([...$this->told(), ...$settled]));
        SafeFile::directory($this->paths->state());
        SafeFile::write($this->file(), Json::encode(array_slice($told, -self::MOST)));
    }

    private static function changes(\SimpleXMLElement $root): array
    {
        $found = [];
        foreach ($root->OPNsense?->Slash32?->owners?->owner ?? [] as $owner) {
            if ((string)$owner->change !== '') {
                $found[] = ['id' => (string)$owner->change, 'owner' => (string)$owner->name, 'until' => (int)(string)$owner->until];
            }
        }
        return $found;
    }

    private function told(): array
    {
        $known = json_decode((string)@file_get_contents($this->file()), true);
        return is_array($known) ? array_filter($known, 'is_string') : [];
    }

    private function file(): string
    {
        return $this->paths->state() . '/told.pair';
    }
}
