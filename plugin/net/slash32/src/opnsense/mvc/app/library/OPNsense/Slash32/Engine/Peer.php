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
 * The other firewall of a high-availability pair.
 */
final class Peer
{
    private const STEPS = ['exec_sync', 'reload_templates', 'restart dhcpd'];

    public function __construct(private readonly Backend $backend)
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

    /**
     * Pushes config.xml's synchronised sections and restarts DHCP there.
     * @param string $meaning what it means when that fails
     * @return array pushed and message; the message says what the peer's failure means
     */
    public function push(string $meaning = 'The change is kept on this firewall, but the peer did not take it'): array
    {
        foreach (self::STEPS as $step) {
            $parts = explode(' ', $step);
            $answer = $this->backend->configdpRun('system ha exec', $parts, false, 300);
            $problem = $this->problem((string)$answer);
            if ($problem !== '') {
                $message = sprintf(
                    '%s (%s): %s Push it again with System: High Availability: Status once the peer answers.',
                    $meaning,
                    $step,
                    $problem
                );
                (new Syslog('slash32'))->error($message);
                return ['pushed' => false, 'message' => $message];
            }
        }
        return ['pushed' => true, 'message' => ''];
    }

    private function problem(string $answer): string
    {
        $decoded = json_decode($answer, true);
        if (!is_array($decoded)) {
            return 'configd gave no answer.';
        }
        if (($decoded['status'] ?? '') !== 'error') {
            return '';
        }
        return rtrim(substr((string)($decoded['message'] ?? 'no reason was given'), 0, 300), '.') . '.';
    }
}
