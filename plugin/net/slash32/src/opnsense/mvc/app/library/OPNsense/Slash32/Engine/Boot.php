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

use OPNsense\Core\Backend;
use OPNsense\Core\Syslog;

/**
 * What is left to do at boot once PHP runs: the early script has put config.xml back where nobody had changed it since;
 * the rest goes node by node. No service is touched, they start after this.
 */
final class Boot
{
    private const REASON = 'The firewall was restarted before anybody confirmed it.';

    private readonly Parts $parts;

    public function __construct(?Parts $parts = null)
    {
        $this->parts = $parts ?? new Parts(Paths::standard(), new Backend());
    }

    /** @return bool whether there was anything to settle. Never throws: the firewall has to come up. */
    public function run(): bool
    {
        $mark = $this->parts->paths->bootMark();
        if (!is_file($mark)) {
            return false;
        }
        @unlink($mark);
        try {
            return $this->settle();
        } catch (\Throwable $e) {
            (new Syslog('slash32'))->error('What waited before the restart could not be settled: ' . $e->getMessage());
            return true;
        }
    }

    private function settle(): bool
    {
        $records = $this->parts->records->all();
        if (($records === [] && $this->parts->records->settled() === []) || !$this->parts->lock->acquire(30)) {
            return false;
        }
        try {
            $this->parts->settle()->sweep();
            foreach ($records as $record) {
                $this->undo($record);
            }
        } finally {
            $this->parts->lock->release();
        }
        return true;
    }

    /** One that cannot be undone must not keep the others waiting. */
    private function undo(Record $record): void
    {
        try {
            $this->parts->undo()->run($record, 'rebooted', self::REASON, false);
        } catch (\Throwable $e) {
            (new Syslog('slash32'))->error(sprintf(
                'Change %s, which nobody confirmed before the restart, could not be rolled back: %s',
                $record->id,
                $e->getMessage()
            ));
        }
    }
}
