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

namespace OPNsense\Slash32\Edit;

/**
 * Two changes can wait at once, one made on top of the other. When the lower one is undone, what the upper one found is
 * not what it should go back to any more: that is what the lower one had found.
 */
final class Rebase
{
    /**
     * @param array $undone the changes of the lower one, as Outcome has them
     * @param array $standing the changes of one that still waits
     * @return array|null those of the latter with what came before put right; null when they do not meet
     */
    public static function onto(array $undone, array $standing): ?array
    {
        $found = [];
        foreach ($undone as $change) {
            $found[self::key($change, 'after')] = $change['before'] ?? null;
        }
        $isMet = false;
        foreach ($standing as &$change) {
            $key = self::key($change, 'before');
            if ($key === '' || !array_key_exists($key, $found)) {
                continue;
            }
            $isMet = true;
            $change['before'] = $found[$key];
            if ($change['kind'] === 'reservation' && $change['before'] === null) {
                $change['action'] = 'created';
            }
        }
        return $isMet ? $standing : null;
    }

    /** The place of a change together with what stands there before or after it; '' where nothing can stand on it. */
    private static function key(array $change, string $side): string
    {
        $source = $change[$side] ?? null;
        return match ($change['kind']) {
            'setting' => implode(' ', ['setting', $change['interface'], $change['setting'], SettingSlot::canon($source)]),
            'reservation' => $source === null ? '' : implode(' ', ['map', $change['interface'], Xml::canonOf($source)]),
            'alias', 'rule', 'redirect' => $source === null ? '' : $change['uuid'] . ' ' . Xml::canonOf($source),
            default => '',
        };
    }
}
