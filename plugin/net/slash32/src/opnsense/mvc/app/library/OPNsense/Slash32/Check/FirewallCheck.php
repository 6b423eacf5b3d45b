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

use OPNsense\Slash32\Edit\FirewallEdit;
use OPNsense\Slash32\Edit\Xml;
use OPNsense\Slash32\Request\ApplyRequest;
use OPNsense\Slash32\Request\Marker;

/**
 * Names of aliases that mean something else to OPNsense, and foreign ones of the same name.
 */
final class FirewallCheck
{
    private const RESERVED = [
        'any', 'self', 'pass', 'block', 'in', 'out', 'inet', 'inet6', 'tcp', 'udp', 'icmp', 'port', 'host', 'net', 'table',
        'bogons', 'bogonsv6', 'virusprot', 'sshlockout', 'all', 'from', 'to', 'on', 'proto', 'rdr', 'nat', 'queue', 'label',
    ];

    public static function run(\DOMElement $root, ApplyRequest $request, Interfaces $interfaces, Errors $errors): void
    {
        $foreign = [];
        foreach (FirewallEdit::nodes($root, 'alias') as $node) {
            if (Marker::owner(Xml::text($node, 'description')) !== $request->owner) {
                $foreign[strtolower(Xml::text($node, 'name'))] = true;
            }
        }
        foreach ($request->aliases ?? [] as $alias) {
            $name = strtolower($alias->name);
            $bare = preg_replace('/ip$/', '', $name);
            if (in_array($name, self::RESERVED, true) || str_starts_with($name, '__') || $interfaces->has($name) || $interfaces->has($bare)) {
                $errors->add('invalid', $alias->where . '/name', $alias->name, 'The name means something else to OPNsense.');
            } elseif (isset($foreign[$name])) {
                $errors->add('taken', $alias->where . '/name', $alias->name, 'An alias of somebody else has this name.');
            }
        }
    }
}
