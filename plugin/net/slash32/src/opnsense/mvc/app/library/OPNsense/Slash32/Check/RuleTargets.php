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
use OPNsense\Slash32\Request\Address;
use OPNsense\Slash32\Request\AliasRequest;

/**
 * What the targets and ports of a rule stand for, as far as config.xml tells: addresses, networks, interfaces, aliases.
 */
final class RuleTargets
{
    private const SERVICES = ['http' => 80, 'https' => 443];
    private const DEPTH = 5;

    /** @var array name => words of its content, of those that are fixed lists */
    private array $aliases = [];

    public function __construct(\DOMElement $root, private readonly Interfaces $interfaces)
    {
        foreach (FirewallEdit::nodes($root, 'alias') as $node) {
            $isFixed = in_array(Xml::text($node, 'type'), ['host', 'network', 'networkgroup', 'port'], true);
            if ($isFixed && Xml::text($node, 'enabled') !== '0') {
                $words = preg_split('/[,\s]+/', Xml::text($node, 'content'));
                $this->aliases[Xml::text($node, 'name')] = array_filter($words, fn (string $word) => $word !== '');
            }
        }
    }

    /**
     * Whether a target holds one of some addresses; null when that cannot be known here.
     * @param bool $isSelf whether they are the firewall's own
     */
    public function cover(string $net, array $addresses, bool $isSelf, int $depth = 0): ?bool
    {
        $isUnknown = false;
        foreach (explode(',', $net) as $part) {
            $found = $this->coversOne($part, $addresses, $isSelf, $depth);
            if ($found === true) {
                return true;
            }
            $isUnknown = $isUnknown || $found === null;
        }
        return $isUnknown ? null : false;
    }

    /** Whether the ports of a rule hold this one; null when that cannot be known here. */
    public function hasPort(string $text, int $port): ?bool
    {
        if (isset(self::SERVICES[$text])) {
            return self::SERVICES[$text] === $port;
        }
        if (preg_match('/^(\d+)(?:[-:](\d+))?$/D', $text, $found) === 1) {
            return (int)$found[1] <= $port && $port <= (int)($found[2] ?? $found[1]);
        }
        $isUnknown = !isset($this->aliases[$text]);
        foreach ($this->aliases[$text] ?? [] as $word) {
            $has = preg_match('/^[\d:]+$/D', $word) === 1 ? $this->hasPort($word, $port) : null;
            if ($has === true) {
                return true;
            }
            $isUnknown = $isUnknown || $has === null;
        }
        return $isUnknown ? null : false;
    }

    private function coversOne(string $part, array $addresses, bool $isSelf, int $depth): ?bool
    {
        if (isset($this->aliases[$part])) {
            return $depth > self::DEPTH ? null : $this->coverAlias($part, $addresses, $isSelf, $depth);
        }
        $base = preg_replace('/ip$/', '', $part);
        $behind = AliasRequest::interfaceOf($part);
        return match (true) {
            $part === 'any' => true,
            $part === '(self)' => $isSelf,
            Address::isValid($part) => in_array($part, $addresses, true),
            Address::isNetwork($part) => $this->isAnyInside($addresses, ...explode('/', $part)),
            $this->interfaces->has($part) => array_filter($addresses, fn ($one) => $this->interfaces->holds($part, $one)) !== [],
            $base !== $part && $this->interfaces->has($base) => array_intersect($addresses, $this->interfaces->own($base)) !== [],
            $behind !== null && $this->interfaces->hasNetwork($behind) => $this->coversOne($behind, $addresses, $isSelf, $depth),
            str_contains($part, ':') => false,
            default => null,
        };
    }

    private function coverAlias(string $name, array $addresses, bool $isSelf, int $depth): ?bool
    {
        $isUnknown = false;
        foreach ($this->aliases[$name] as $word) {
            $found = str_starts_with($word, '!') ? null : $this->coversOne($word, $addresses, $isSelf, $depth + 1);
            if ($found === true) {
                return true;
            }
            $isUnknown = $isUnknown || $found === null;
        }
        return $isUnknown ? null : false;
    }

    private function isAnyInside(array $addresses, string $base, string $bits): bool
    {
        foreach ($addresses as $one) {
            if (Address::isInside($one, $base, (int)$bits)) {
                return true;
            }
        }
        return false;
    }
}
