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
use OPNsense\Slash32\Engine\RequestFile;

/**
 * The other firewall of a high-availability pair, as this one reaches it: by OPNsense's own synchronisation, whose "done"
 * says nothing, and by the method that os-slash32 adds to it there, which says what came of it.
 */
final class Peer
{
    /** Seconds: OPNsense gives each of its calls to the peer a minute, and a synchronisation makes several. */
    private const PATIENCE = 300;
    /** Seconds that the peer may take for what follows a synchronisation. */
    private const LONGEST = 600;

    public function __construct(private readonly Backend $backend, private readonly RequestFile $requests)
    {
    }

    /** The peer's address as the settings have it, without the scheme of a URL, or null. */
    public static function address(\SimpleXMLElement $root): ?string
    {
        $set = trim((string)$root->hasync?->synchronizetoip);
        $host = str_contains($set, '://') ? (string)parse_url($set, PHP_URL_HOST) : $set;
        return $host === '' ? null : $host;
    }

    /** Whether the setting asks for a push after a change is final. */
    public static function isWanted(\SimpleXMLElement $root): bool
    {
        return (string)$root->OPNsense?->Slash32?->general?->ha_push === '1';
    }

    /** What the peer's os-slash32 says of itself and of what stands there. */
    public function look(Statement $said): Word
    {
        return $this->ask(['verb' => 'look'] + $said->toArray());
    }

    /** Has the peer's os-slash32 finish what was sent, and waits until it has. */
    public function follow(Statement $said): Word
    {
        $word = $this->ask(['verb' => 'follow'] + $said->toArray());
        $end = hrtime(true) + self::LONGEST * 1000000000;
        $pause = 200000;
        while ($word->isAnswer() && $word->answer['result'] === 'started') {
            if (hrtime(true) >= $end) {
                return $word->late();
            }
            usleep($pause);
            $pause = min($pause * 2, 5000000);
            $body = ['verb' => 'outcome', 'ticket' => $word->answer['ticket'] ?? ''];
            $next = $this->ask($body + $said->emptied()->toArray());
            // one question that was lost is no answer
            $word = $next->code === 'unreachable' ? $word : $next;
        }
        return $word;
    }

    /** @return Word what the peer's os-slash32 answered, or why it did not */
    private function ask(array $body): Word
    {
        $name = $this->requests->write($body, '(slash32)', '');
        try {
            $text = $this->backend->configdpRun('slash32 ask_peer', [$name], false, self::PATIENCE);
        } finally {
            $this->requests->remove($name);
        }
        return Word::of(json_decode((string)$text, true));
    }

    /** Has OPNsense send its sections. What comes of it is not in the answer: it says "done" whatever happens. */
    public function synchronize(): Word
    {
        $text = $this->backend->configdpRun('system ha exec', ['exec_sync'], false, self::PATIENCE);
        return Word::ofOwn(json_decode((string)$text, true));
    }

    /** What follows a synchronisation where nobody there does it by himself: templates, and DHCP as OPNsense restarts it. */
    public function restart(): Word
    {
        $this->backend->configdpRun('system ha exec', ['reload_templates'], false, self::PATIENCE);
        $text = $this->backend->configdpRun('system ha exec', ['restart', 'dhcpd'], false, self::PATIENCE);
        return Word::ofOwn(json_decode((string)$text, true));
    }
}
