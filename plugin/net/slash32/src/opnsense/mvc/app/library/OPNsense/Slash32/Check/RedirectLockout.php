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
use OPNsense\Slash32\Request\Marker;
use OPNsense\Slash32\Request\RedirectRequest;

/**
 * Whether a destination NAT would take what is sent to the firewall itself: its web server's port on the interface that the
 * caller comes in on, and the ports that OPNsense's own anti-lockout rule keeps open.
 */
final class RedirectLockout
{
    private readonly int $web;
    /** @var array|null the interface of the anti-lockout rule and its ports; null when it is off */
    private readonly ?array $kept;

    /** @param WayIn|null $way null when the caller has no IPv4 address */
    public function __construct(
        \SimpleXMLElement $root,
        private readonly ?WayIn $way,
        private readonly Interfaces $interfaces
    ) {
        $gui = $root->system?->webgui;
        $this->web = (int)(string)$gui?->port ?: ((string)$gui?->protocol === 'http' ? 80 : 443);
        $ssh = $root->system?->ssh;
        $ports = [$this->web];
        if ((string)$gui?->protocol === 'https' && !isset($gui->disablehttpredirect)) {
            $ports[] = 80;
        }
        if (isset($ssh->enabled)) {
            $ports[] = (int)(string)$ssh->port ?: 22;
        }
        $first = $interfaces->first();
        $this->kept = $first === null || isset($gui->noantilockout) ? null : [$first, $ports];
    }

    /**
     * @param array $changes of redirects; what stood there before and does not change is no matter
     * @param RedirectRequest[] $redirects as they were asked for, to name the one
     */
    public function check(array $changes, array $redirects, Errors $errors): void
    {
        foreach ($changes as $change) {
            $node = $change['kind'] !== 'redirect' || $change['after'] === null
                ? null : Xml::import(new \DOMDocument(), $change['after']);
            if ($node === null || Xml::text($node, 'disabled') === '1' || Xml::text($node, 'protocol') !== 'tcp') {
                continue;
            }
            $message = $this->objection($node);
            if ($message !== null) {
                $errors->add('lockout', self::place($change['name'], $redirects), $change['name'], $message);
            }
        }
    }

    private function objection(\DOMElement $node): ?string
    {
        $id = Xml::text($node, 'interface');
        $destination = Xml::textAt($node, 'destination.network');
        [$from, $to] = RedirectCheck::ports(Xml::textAt($node, 'destination.port')) ?? [1, 65535];
        $isAtUs = fn (string $one) => $destination === $one . 'ip' || in_array($destination, $this->interfaces->own($one), true);
        $isSelf = $isAtUs($id) || $this->interfaces->isOwn($destination);
        if ($isSelf && $from <= $this->web && $this->web <= $to && $this->way?->neighbour($id) !== null) {
            return sprintf(
                'The request came from %s on %s, and this would redirect port %d, on which the firewall itself answers.',
                $this->way->caller,
                $id,
                $this->web
            );
        }
        foreach ($this->kept !== null && $this->kept[0] === $id && $isAtUs($id) ? $this->kept[1] : [] as $port) {
            if ($from <= $port && $port <= $to) {
                return sprintf('OPNsense keeps port %d on %s open for its own administration and redirects it nowhere.', $port, $id);
            }
        }
        return null;
    }

    private static function place(string $marker, array $redirects): string
    {
        foreach ($redirects as $one) {
            if (Marker::of($one->descr) === $marker) {
                return $one->where;
            }
        }
        return 'redirects';
    }
}
