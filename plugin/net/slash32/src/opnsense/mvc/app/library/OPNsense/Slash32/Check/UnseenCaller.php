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

namespace OPNsense\Slash32\Check;

use OPNsense\Slash32\Edit\Xml;

/**
 * The guards against cutting off the caller know IPv4, and have to know the interface that the caller comes in on. Where
 * they do not, they let everything pass: then whoever asked is told what they did not look at.
 */
final class UnseenCaller
{
    private const WORDS = ['static_arp' => 'static ARP', 'deny_unknown' => 'deny-unknown'];

    /**
     * @param string|null $caller address that the request came from
     * @param WayIn|null $way its way, where it has an IPv4 address
     * @param array $changes as Outcome has them
     * @param \DOMElement $root as the changes leave it
     * @return string[] one note, or none where the guards could look or had nothing to look at
     */
    public static function notes(?string $caller, ?WayIn $way, array $changes, \DOMElement $root): array
    {
        if ($caller === null || $caller === '::1' || $way?->isKnown()) {
            return [];
        }
        $closing = self::closing($changes, $way === null ? null : $root);
        if ($closing === []) {
            return [];
        }
        return [sprintf(
            'Whether %s would be cut off could not be looked at, since %s. Check it yourself; the change: %s.',
            $caller,
            $way === null
                ? 'the request came over IPv6'
                : 'config.xml does not tell on which interface it comes in',
            implode(', ', array_unique($closing))
        )];
    }

    /**
     * @param \DOMElement|null $root null where reservations cannot cut the caller off
     * @return string[] what could close a way in
     */
    private static function closing(array $changes, ?\DOMElement $root): array
    {
        $found = [];
        foreach ($changes as $change) {
            if ($change['kind'] === 'setting' && isset(self::WORDS[$change['setting']]) && $change['after'] !== []) {
                $found[] = sprintf('switches %s on on %s', self::WORDS[$change['setting']], $change['interface']);
            } elseif ($change['kind'] === 'rule' && self::isBlock($change['after'])) {
                $found[] = sprintf('has the blocking rule %s', $change['name']);
            } elseif ($change['kind'] === 'redirect' && $change['after'] !== null) {
                $found[] = sprintf('has the redirect %s', $change['name']);
            } elseif ($change['kind'] === 'reservation' && $change['before'] !== null && !($change['quiet'] ?? false)) {
                $section = $root === null ? null : Xml::child(Xml::child($root, 'dhcpd'), $change['interface']);
                $isClosed = Xml::child($section, 'staticarp') !== null || Xml::child($section, 'denyunknown') !== null;
                array_push($found, ...($isClosed ? ['takes reservations from ' . $change['interface']] : []));
            }
        }
        return $found;
    }

    private static function isBlock(?string $source): bool
    {
        $rule = $source === null ? null : Xml::import(new \DOMDocument(), $source);
        return $rule !== null && Xml::text($rule, 'action') !== 'pass' && Xml::text($rule, 'enabled') !== '0';
    }
}
