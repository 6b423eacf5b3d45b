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

use OPNsense\Slash32\Request\Address;
use OPNsense\Slash32\Request\AliasRequest;
use OPNsense\Slash32\Request\RuleRequest;

/**
 * Whether a block rule would keep the caller from the firewall, on the interface that it comes in on. In doubt a block
 * counts and a pass does not.
 */
final class RuleLockout
{
    /** @var array name => content */
    private array $aliases = [];

    /** @param AliasRequest[] $aliases */
    public function __construct(
        private readonly string $caller,
        private readonly Interfaces $interfaces,
        array $aliases
    ) {
        foreach ($aliases as $alias) {
            $this->aliases[$alias->name] = $alias->content;
        }
    }

    /** @param RuleRequest[] $rules */
    public function check(array $rules, Errors $errors): void
    {
        $open = [];
        usort($rules, fn ($one, $other) => (int)$one->fields['sequence'] <=> (int)$other->fields['sequence']);
        foreach ($rules as $rule) {
            $id = $rule->interface;
            if ($rule->fields['enabled'] !== '1' || $rule->fields['direction'] !== 'in') {
                continue;
            }
            if (!$this->interfaces->holds($id, $this->caller) || isset($open[$id])) {
                continue;
            }
            if ($rule->fields['action'] === 'pass') {
                $sure = $rule->fields['quick'] === '1' && $rule->fields['destination_port'] . $rule->fields['source_port'] === ''
                    && $rule->fields['ipprotocol'] !== 'inet6' && in_array($rule->fields['protocol'], ['any', 'TCP', 'TCP/UDP'], true);
                if ($sure && $this->matches($rule, false)) {
                    $open[$id] = true;
                }
            } elseif ($rule->fields['ipprotocol'] !== 'inet6' && $this->mayHitTcp($rule) && $this->matches($rule, true)) {
                $errors->add('lockout', $rule->where, substr($rule->descr, 0, 80), sprintf(
                    'The request came from %s on %s, and this rule would keep that address from the firewall. Put a quick '
                    . 'pass rule for it before this one.',
                    $this->caller,
                    $id
                ));
                return;
            }
        }
    }

    private function mayHitTcp(RuleRequest $rule): bool
    {
        return in_array($rule->fields['protocol'], ['any', 'TCP', 'TCP/UDP'], true);
    }

    private function matches(RuleRequest $rule, bool $inDoubt): bool
    {
        $fields = $rule->fields;
        $source = $this->covers($fields['source_net'], $rule->interface, [$this->caller]);
        $target = $this->covers($fields['destination_net'], $rule->interface, $this->interfaces->own($rule->interface));
        return $this->decide($source, $fields['source_not'] === '1', $inDoubt)
            && $this->decide($target, $fields['destination_not'] === '1', $inDoubt);
    }

    private function decide(?bool $covers, bool $not, bool $inDoubt): bool
    {
        return $covers === null ? $inDoubt : $covers !== $not;
    }

    /** Whether a network of a rule holds one of the addresses; null when that cannot be known here. */
    private function covers(string $net, string $interface, array $addresses): ?bool
    {
        if ($net === 'any' || ($net === '(self)' && $addresses !== [$this->caller])) {
            return true;
        }
        $holds = fn (string $part) => match (true) {
            Address::isValid($part) => in_array($part, $addresses, true),
            Address::isNetwork($part) => $this->anyInside($addresses, $part),
            $this->interfaces->has($part) => array_filter($addresses, fn ($one) => $this->interfaces->holds($part, $one)) !== [],
            str_ends_with($part, 'ip') && $this->interfaces->has(substr($part, 0, -2)) =>
                array_intersect($addresses, $this->interfaces->own(substr($part, 0, -2))) !== [],
            default => null,
        };
        $unknown = false;
        foreach (explode(',', $net) as $part) {
            foreach (isset($this->aliases[$part]) ? $this->aliases[$part] : [$part] as $one) {
                $found = $holds($one);
                if ($found === true) {
                    return true;
                }
                $unknown = $unknown || $found === null;
            }
        }
        return $unknown ? null : false;
    }

    private function anyInside(array $addresses, string $network): bool
    {
        [$base, $bits] = explode('/', $network);
        foreach ($addresses as $one) {
            if (Address::isInside($one, $base, (int)$bits)) {
                return true;
            }
        }
        return false;
    }
}
