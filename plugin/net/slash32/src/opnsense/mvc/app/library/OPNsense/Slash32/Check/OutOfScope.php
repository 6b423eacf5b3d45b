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
use OPNsense\Slash32\Request\Marker;

/**
 * What stands out of scope by now, or would with an alias that changes: a rule of the owner on an interface that the plugin
 * may not touch is only his to change as long as it leads to hosts in scope and nowhere else, before and after.
 */
final class OutOfScope
{
    private readonly ScopeReach $reach;
    /** @var array uuid => [marker, interface, whether it leads to hosts in scope only] */
    private readonly array $before;

    /** Look before the tree is edited. */
    public function __construct(
        private readonly \DOMElement $root,
        private readonly string $owner,
        private readonly array $scope,
        private readonly Interfaces $interfaces
    ) {
        $this->reach = new ScopeReach($interfaces, $scope);
        $this->before = $this->look();
    }

    /**
     * Looks again, now that the tree is edited.
     * @param array $changes of aliases, rules and redirects
     */
    public function check(array $changes, Errors $errors): void
    {
        $touched = [];
        foreach ($changes as $change) {
            $touched[$change['kind']][$change['uuid']] = $change;
        }
        foreach (array_intersect_key($this->before, $touched['rule'] ?? []) as [$name, $id, $isInside]) {
            if (!$isInside) {
                $errors->add('scope', 'rules', $name, sprintf(
                    'The rule stands on %s, which the plugin may not touch: see Services > slash32 > Settings.',
                    $id
                ));
            }
        }
        foreach ($this->look() as $uuid => [$name, $id, $isInside]) {
            $wasInside = $this->before[$uuid][2] ?? false;
            if (!$isInside && ($wasInside || (isset($touched['rule'][$uuid]) && !isset($this->before[$uuid])))) {
                $errors->add('scope', 'rules', $name, sprintf(
                    'The rule stands on %s, which the plugin may not touch, and would lead to more than single hosts in scope.',
                    $id
                ));
            }
        }
        foreach ($touched['redirect'] ?? [] as $change) {
            $this->checkRedirect($change, $errors);
        }
    }

    private function checkRedirect(array $change, Errors $errors): void
    {
        $before = $change['before'] === null ? null : Xml::import(new \DOMDocument(), $change['before']);
        if ($before !== null && !$this->reach->isHost(Xml::text($before, 'target'))) {
            $errors->add('scope', 'redirects', $change['name'], sprintf(
                'The redirect leads to %s, in no network that the plugin may touch: see Services > slash32 > Settings.',
                Xml::text($before, 'target')
            ));
        }
    }

    private function look(): array
    {
        $aliases = null;
        $found = [];
        foreach (FirewallEdit::nodes($this->root, 'rule') as $node) {
            $ids = array_diff(explode(',', Xml::text($node, 'interface')), $this->scope);
            $ids = array_values(array_filter($ids, fn (string $id) => $this->interfaces->has($id)));
            $descr = $ids === [] ? '' : Xml::text($node, 'description');
            if ($ids !== [] && Marker::owner($descr) === $this->owner) {
                $aliases ??= ScopeReach::present($this->root, $this->owner);
                $isNot = Xml::text($node, 'destination_not') === '1';
                $net = Xml::text($node, 'destination_net');
                $isInside = $this->reach->holdsAll($net === '' ? 'any' : $net, $isNot, $aliases);
                $found[$node->getAttribute('uuid')] = [Marker::of($descr), $ids[0], $isInside];
            }
        }
        return $found;
    }
}
