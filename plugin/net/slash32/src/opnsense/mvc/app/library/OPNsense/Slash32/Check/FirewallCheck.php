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
use OPNsense\Slash32\Request\AliasRequest;
use OPNsense\Slash32\Request\ApplyRequest;
use OPNsense\Slash32\Request\Marker;

/**
 * Names of aliases that mean something else to OPNsense, and foreign ones of the same name.
 */
final class FirewallCheck
{
    /** Words of pf's grammar and of OPNsense's rules. */
    private const RESERVED = [
        'all', 'altq', 'anchor', 'antispoof', 'any', 'bandwidth', 'binat', 'bitmask', 'block', 'code', 'debug', 'drop', 'fastroute',
        'file', 'fingerprints', 'flags', 'floating', 'flush', 'for', 'fragment', 'from', 'global', 'group', 'host', 'hostid', 'icmp',
        'in', 'include', 'inet', 'inet46', 'inet6', 'interval', 'keep', 'label', 'limit', 'load', 'log', 'match', 'max', 'modulate',
        'nat', 'net', 'no', 'on', 'os', 'out', 'overload', 'pass', 'port', 'prio', 'priority', 'probability', 'proto', 'queue',
        'quick', 'random', 'rdr', 'reassemble', 'reject', 'return', 'route', 'rtable', 'rule', 'scrub', 'self', 'set', 'skip',
        'sloppy', 'state', 'synproxy', 'table', 'tag', 'tagged', 'target', 'tcp', 'timeout', 'to', 'tos', 'ttl', 'udp', 'user',
        'bogons', 'bogonsv6', 'sshlockout', 'virusprot',
    ];

    /** Before the edits: the names that are asked for. */
    public static function run(\DOMElement $root, ApplyRequest $request, Interfaces $interfaces, Errors $errors): void
    {
        $foreign = [];
        foreach (FirewallEdit::nodes($root, 'alias') as $node) {
            if (Marker::owner(Xml::text($node, 'description')) !== $request->owner) {
                $foreign[strtolower(Xml::text($node, 'name'))] = true;
            }
        }
        $groups = self::groups($root);
        foreach ($request->aliases ?? [] as $alias) {
            $name = strtolower($alias->name);
            $bare = preg_replace('/ip$/', '', $name);
            $isInterface = $interfaces->has($name) || $interfaces->has($bare) || isset($groups[$name])
                || preg_match('/^(wan|lan|opt\d+)$/D', $bare) === 1;
            if (in_array($name, self::RESERVED, true) || $isInterface) {
                $errors->add('invalid', $alias->where . '/name', $alias->name, 'The name means something else to OPNsense.');
            } elseif (isset($foreign[$name])) {
                $errors->add('taken', $alias->where . '/name', $alias->name, 'An alias of somebody else has this name.');
            }
            self::networks($alias, $interfaces, $errors);
        }
    }

    /**
     * After the edits: an alias that somebody uses must stay.
     * @param array $changes of aliases and rules
     */
    public static function result(\DOMElement $root, array $changes, Errors $errors): void
    {
        $users = null;
        foreach ($changes as $change) {
            if ($change['kind'] === 'alias' && $change['after'] === null) {
                $users ??= new AliasUse($root);
                $user = $users->of($change['name']);
                if ($user !== null) {
                    $errors->add('foreign', 'aliases', $change['name'], sprintf(
                        'It would be deleted, but %s uses it. Keep it, or take it out there first.',
                        $user
                    ));
                }
            }
        }
    }

    /** An alias that names the networks of an interface which is not there would keep pf from loading its rules. */
    private static function networks(AliasRequest $alias, Interfaces $interfaces, Errors $errors): void
    {
        foreach ($alias->content as $index => $item) {
            $id = AliasRequest::interfaceOf($item);
            if ($id !== null && !$interfaces->has($id)) {
                $errors->add('invalid', $alias->where . '/content/' . $index, $alias->name, sprintf(
                    '%s stands for the networks of %s, and there is no interface of that name.',
                    $item,
                    $id
                ));
            }
        }
    }

    /** @return array name of an interface group in lower case => true */
    private static function groups(\DOMElement $root): array
    {
        $groups = [];
        $section = Xml::child($root, 'ifgroups');
        foreach ($section === null ? [] : Xml::children($section, 'ifgroupentry') as $entry) {
            $groups[strtolower(Xml::text($entry, 'ifname'))] = true;
        }
        return $groups;
    }
}
