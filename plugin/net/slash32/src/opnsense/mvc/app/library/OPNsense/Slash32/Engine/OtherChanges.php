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
use OPNsense\Slash32\Edit\Claims;
use OPNsense\Slash32\Edit\Rebase;
use OPNsense\Slash32\Request\ApplyRequest;

/**
 * What one change means for the others that wait: those on which it relies, and those that rely on it. Gives records to
 * write, and writes none.
 */
final class OtherChanges
{
    public function __construct(private readonly Records $records)
    {
    }

    /**
     * @param array $made what the apply changed itself
     * @param \SimpleXMLElement $root as the apply leaves it
     * @param string|null $id of the apply; null when it had nothing to change and so cannot be undone
     * @return Record[] changes of other owners that set what the request wants as well, with a note of its claim
     */
    public function claimedBy(
        ApplyRequest $request,
        array $made,
        \SimpleXMLElement $root,
        ?string $id,
        int $now
    ): array {
        $found = [];
        foreach ($this->records->all() as $record) {
            if ($record->owner === $request->owner || $record->state !== Record::PENDING) {
                continue;
            }
            $found[] = $this->changed(
                $record,
                fn (array $changes) => Claims::note($changes, $made, $request, $root, $id, $now) ?? $changes
            );
        }
        return array_values(array_filter($found));
    }

    /**
     * A change that still waits and was made on top of the undone one, or relies on it, goes back to what was before both.
     * @param array $claimed changes of the undone one that stay
     * @return Record[]
     */
    public function afterUndoOf(Record $record, array $claimed): array
    {
        $others = array_filter(
            $this->records->all(),
            fn (Record $other) => $other->id !== $record->id && $other->ending === null
        );
        // what a final apply claims as well stays for good
        $ids = array_column($others, 'id');
        $handed = array_values(array_filter(
            $claimed,
            fn (array $change) => array_diff(array_column($change['wanted'], 'id'), $ids) === []
        ));
        $undone = array_values(array_filter($record->changes, fn (array $one) => !in_array($one, $claimed, true)));
        $found = [];
        foreach ($others as $other) {
            $found[] = $this->changed($other, function (array $changes) use ($record, $other, $undone, $handed) {
                $changes = Rebase::onto($undone, $changes) ?? $changes;
                $changes = Claims::drop($changes, $record->id) ?? $changes;
                return Claims::take($changes, $other->id, $handed) ?? $changes;
            });
        }
        return array_values(array_filter($found));
    }

    /** The record with other changes, or null when they stay; one that cannot be read right must not hold up the rest. */
    private function changed(Record $record, \Closure $work): ?Record
    {
        try {
            $changes = $work($record->changes);
        } catch (\Throwable $e) {
            (new Syslog('slash32'))->error(sprintf(
                'Change %s does not learn of another one: %s',
                $record->id,
                $e->getMessage()
            ));
            return null;
        }
        return $changes === $record->changes ? null : $record->with(['changes' => $changes]);
    }
}
