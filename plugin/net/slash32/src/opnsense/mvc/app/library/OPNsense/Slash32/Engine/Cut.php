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

use OPNsense\Slash32\Edit\PolicyText;
use OPNsense\Slash32\Edit\Restorer;

/**
 * When the open connections of closed ways end: where the rules that close them are in force, and where nobody else has
 * changed what decides about packets, since they may be open by somebody else's rule then.
 */
final class Cut
{
    /** Services whose reload puts rules in force. */
    private const RULES = ['aliases', 'filter'];

    /**
     * @param array|null $cut as Request\WaysRequest reads it
     * @param \SimpleXMLElement $root config.xml with the change
     * @return array|null what the record of the change keeps for its undoing
     */
    public static function kept(?array $cut, \SimpleXMLElement $root): ?array
    {
        return ($cut['undo'] ?? []) === [] ? null : ['ways' => $cut['undo'], 'policy' => self::hash($root)];
    }

    /** Whether somebody else has changed since what decides about packets. */
    public static function isForeign(Record $record, \SimpleXMLElement $root): bool
    {
        return $record->cut !== null && self::hash($root) !== $record->cut['policy'];
    }

    /**
     * @param string[] $reloaded services that were to be reloaded
     * @param array $problems service => what went wrong with it
     * @return string[] what came of it, for people
     */
    public static function now(array $ways, array $reloaded, array $problems, OpenConnections $connections): array
    {
        if ($ways === [] || array_intersect($reloaded, self::RULES) === []) {
            return [];
        }
        if (array_intersect(array_keys($problems), self::RULES) !== []) {
            return ['Open connections of what was closed go on, since the rules may not be in force.'];
        }
        return $connections->end($ways);
    }

    /** @return string[] what came of it, for people */
    public static function afterUndo(Record $record, OpenConnections $connections): array
    {
        if ($record->cut === null) {
            return [];
        }
        $left = array_intersect(array_column($record->ending['left'] ?? [], 'where'), Restorer::WHERE);
        if (($record->ending['foreign'] ?? false) || $left !== []) {
            return ['Open connections of what this undoing closes go on, since somebody else changed rules meanwhile.'];
        }
        return $connections->end($record->cut['ways']);
    }

    private static function hash(\SimpleXMLElement $root): string
    {
        return hash('sha256', PolicyText::of($root));
    }
}
