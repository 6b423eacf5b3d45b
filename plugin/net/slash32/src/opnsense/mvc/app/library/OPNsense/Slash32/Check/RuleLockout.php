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
use OPNsense\Slash32\Request\RuleRequest;

/**
 * Whether a block rule of slash32 would keep the caller from the firewall's web server, on the interface that it comes in
 * on. In doubt a block counts and a pass does not. Compares before and after: whoever gets through in spite of a block
 * that is sure to hold it is let in by a rule that goes before all of these.
 */
final class RuleLockout
{
    private readonly \DOMElement $dom;
    private readonly int $port;
    /** @var array uuid => whether the rule was sure to block */
    private readonly array $before;

    /** Look before the tree is edited. */
    public function __construct(
        \SimpleXMLElement $root,
        private readonly WayIn $way,
        private readonly Interfaces $interfaces
    ) {
        $this->dom = Xml::dom($root);
        $web = $root->system?->webgui;
        $this->port = (int)(string)$web?->port ?: ((string)$web?->protocol === 'http' ? 80 : 443);
        $this->before = array_map(fn (array $one) => $one[1], $this->blocking());
    }

    /**
     * Looks again, now that the tree is edited.
     * @param RuleRequest[] $rules as they were asked for, to name the one
     */
    public function check(array $rules, Errors $errors): void
    {
        foreach (in_array(true, $this->before, true) ? [] : $this->blocking() as $uuid => [$rule, $isSure]) {
            if ($isSure || !isset($this->before[$uuid])) {
                $this->refuse($rule, $rules, $errors);
                return;
            }
        }
    }

    private function refuse(\DOMElement $rule, array $rules, Errors $errors): void
    {
        $marker = Marker::of(Xml::text($rule, 'description'));
        $where = 'rules';
        foreach ($rules as $one) {
            $where = Marker::of($one->descr) === $marker ? $one->where : $where;
        }
        $errors->add('lockout', $where, $marker, sprintf(
            'The request came from %s on %s, and this rule would keep that address from the firewall. Put a quick pass rule '
            . 'for it before this one.',
            $this->way->caller,
            Xml::text($rule, 'interface')
        ));
    }

    /** @return array the rules of slash32 that keep the caller out: uuid => [rule, whether that is sure] */
    private function blocking(): array
    {
        $targets = new RuleTargets($this->dom, $this->interfaces);
        $open = [];
        $found = [];
        $late = [];
        foreach ($this->rules() as $rule) {
            $id = Xml::text($rule, 'interface');
            $isQuick = Xml::text($rule, 'quick') !== '0';
            if (isset($open[$id])) {
                continue;
            }
            if (Xml::text($rule, 'action') === 'pass') {
                if ($isQuick && $this->concerns($rule, $targets, false)) {
                    $open[$id] = true;
                    // a block that is not quick gives way to it
                    unset($late[$id]);
                }
            } elseif (Marker::isThere(Xml::text($rule, 'description')) && $this->concerns($rule, $targets, true)) {
                $one = [$rule->getAttribute('uuid') => [$rule, $this->concerns($rule, $targets, false)]];
                $isQuick ? $found += $one : $late[$id] = ($late[$id] ?? []) + $one;
            }
        }
        return array_merge($found, ...array_values($late));
    }

    /** @return \DOMElement[] the enabled rules on the interface that the caller comes in on, in the order of pf */
    private function rules(): array
    {
        $found = [];
        foreach (FirewallEdit::nodes($this->dom, 'rule') as $rule) {
            $isOn = Xml::text($rule, 'enabled') !== '0' && Xml::text($rule, 'interfacenot') !== '1';
            if ($isOn && $this->way->neighbour(Xml::text($rule, 'interface')) !== null) {
                $found[] = $rule;
            }
        }
        usort($found, fn ($one, $other) => (int)Xml::text($one, 'sequence') <=> (int)Xml::text($other, 'sequence'));
        return $found;
    }

    private function concerns(\DOMElement $rule, RuleTargets $targets, bool $inDoubt): bool
    {
        $protocol = strtoupper(Xml::text($rule, 'protocol'));
        $fits = in_array($protocol, ['', 'ANY', 'TCP', 'TCP/UDP'], true) && Xml::text($rule, 'ipprotocol') !== 'inet6'
            && Xml::text($rule, 'direction') !== 'out';
        if (!$fits || (Xml::text($rule, 'source_port') !== '' && !$inDoubt)) {
            return false;
        }
        $port = Xml::text($rule, 'destination_port');
        if ($port !== '' && !($targets->hasPort($port, $this->port) ?? $inDoubt)) {
            return false;
        }
        $matches = function (string $side, string $address) use ($rule, $targets, $inDoubt): bool {
            $covers = $targets->cover(Xml::text($rule, $side . '_net') ?: 'any', [$address], $side === 'destination');
            return $covers === null ? $inDoubt : $covers !== (Xml::text($rule, $side . '_not') === '1');
        };
        if (!$matches('source', $this->way->caller)) {
            return false;
        }
        // which address of the firewall the caller uses is not known: a pass must hold all of them, a block only one
        $own = $this->interfaces->own(Xml::text($rule, 'interface')) ?: ['0.0.0.0'];
        $hit = array_filter($own, fn (string $address) => $matches('destination', $address));
        return $inDoubt ? $hit !== [] : count($hit) === count($own);
    }
}
