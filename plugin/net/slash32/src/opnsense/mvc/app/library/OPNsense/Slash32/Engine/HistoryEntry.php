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
 * How an apply is told to people.
 */
final class HistoryEntry
{
    private const NOUNS = ['settings' => 'setting', 'aliases' => 'alias', 'rules' => 'rule', 'redirects' => 'redirect'];

    /** The fields that do not depend on how it ended. */
    public static function of(Record $record): array
    {
        return [
            'owner' => $record->owner,
            'at' => $record->at,
            'user' => $record->user,
            'host' => $record->host,
            'summary' => self::summary($record->changed),
            'revision_before' => $record->revisionBefore,
            'revision_after' => $record->revisionAfter,
        ];
    }

    /** How a change ends that stays. */
    public static function kept(Record $record): string
    {
        return $record->seconds === 0 ? 'kept' : 'confirmed';
    }

    /** @param array $changed the counts of an apply's answer */
    public static function summary(array $changed): string
    {
        $parts = [];
        foreach ($changed['reservations'] ?? [] as $verb => $count) {
            if ($count > 0) {
                $parts[] = sprintf('%d %s %s', $count, $count === 1 ? 'reservation' : 'reservations', $verb);
            }
        }
        foreach (self::NOUNS as $key => $noun) {
            $count = $changed[$key] ?? 0;
            $count = is_array($count) ? array_sum($count) : (int)$count;
            if ($count > 0) {
                $plural = $noun === 'alias' ? 'aliases' : $noun . 's';
                $parts[] = sprintf('%d %s changed', $count, $count === 1 ? $noun : $plural);
            }
        }
        return $parts === [] ? 'nothing' : implode(', ', $parts);
    }
}
