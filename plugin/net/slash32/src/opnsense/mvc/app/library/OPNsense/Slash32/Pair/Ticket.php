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

use OPNsense\Core\Backend;
use OPNsense\Slash32\Engine\Json;
use OPNsense\Slash32\Engine\Paths;
use OPNsense\Slash32\Engine\RequestFile;
use OPNsense\Slash32\Engine\SafeFile;

/**
 * How a node does what the other one waits for: OPNsense gives a call to the peer one minute, and restarting services on a
 * slow firewall takes longer. So the work goes on by itself, and what came of it is asked for by its number.
 */
final class Ticket
{
    public function __construct(private readonly Paths $paths, private readonly Backend $backend)
    {
    }

    /** Starts the work; the answer names the ticket. */
    public function start(array $body): array
    {
        $ticket = bin2hex(random_bytes(8));
        $name = (new RequestFile($this->paths))->write(['ticket' => $ticket] + $body, '(xmlrpc)', '');
        $this->backend->configdpRun('slash32 follow', [$name], true);
        return ['result' => 'started', 'api' => Statement::API, 'ticket' => $ticket];
    }

    /** What came of the work with this ticket, or that it is under way. */
    public function outcome(string $ticket): array
    {
        $known = json_decode((string)@file_get_contents($this->file()), true);
        if (is_array($known) && ($known['ticket'] ?? '') === $ticket && is_array($known['answer'] ?? null)) {
            return $known['answer'];
        }
        return ['result' => 'started', 'api' => Statement::API, 'ticket' => $ticket];
    }

    public function finish(string $ticket, array $answer): void
    {
        SafeFile::directory($this->paths->state());
        SafeFile::write($this->file(), Json::encode(['ticket' => $ticket, 'answer' => $answer]));
    }

    private function file(): string
    {
        return $this->paths->state() . '/follow.pair';
    }
}
