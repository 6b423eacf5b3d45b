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

namespace OPNsense\Slash32\Edit;

use OPNsense\Slash32\Request\AliasRequest;
use OPNsense\Slash32\Request\ApplyRequest;
use OPNsense\Slash32\Request\Marker;
use OPNsense\Slash32\Request\RuleRequest;

/**
 * Makes the aliases and rules of an owner what was asked for, in OPNsense's firewall model. Sources are noted by
 * changes() after OPNsense's own check has brought the nodes into their full form.
 */
final class FirewallEdit
{
    public const CATEGORY = 'slash32';
    private const ALIASES = ['OPNsense', 'Firewall', 'Alias', 'aliases'];
    private const RULES = ['OPNsense', 'Firewall', 'Filter', 'rules'];
    private const CATEGORIES = ['OPNsense', 'Firewall', 'Category', 'categories'];

    /** @var array uuid => [kind, name, source before or null, place before] */
    private array $touched = [];

    private ?string $category = null;

    public function __construct(private readonly \DOMElement $root, private readonly string $owner)
    {
    }

    public function make(ApplyRequest $request): void
    {
        if ($request->aliases !== null) {
            $this->sync('alias', self::nodes($this->root, 'alias'), $request->aliases);
        }
        if ($request->rules !== null) {
            $this->sync('rule', self::nodes($this->root, 'rule'), $request->rules);
        }
    }

    /** @return \DOMElement[] every alias, rule or category of the configuration */
    public static function nodes(\DOMElement $root, string $kind): array
    {
        $path = ['alias' => self::ALIASES, 'rule' => self::RULES, 'category' => self::CATEGORIES][$kind];
        $node = $root;
        foreach ($path as $name) {
            $node = Xml::child($node, $name);
        }
        return $node === null ? [] : Xml::children($node, $kind);
    }

    public static function parent(\DOMElement $root, string $kind): \DOMElement
    {
        return Xml::ensure($root, ...['alias' => self::ALIASES, 'rule' => self::RULES, 'category' => self::CATEGORIES][$kind]);
    }

    /** @return array one change for each node that is not as it was */
    public function changes(): array
    {
        $now = [];
        foreach (['category', 'alias', 'rule'] as $kind) {
            foreach (self::nodes($this->root, $kind) as $node) {
                $uuid = $node->getAttribute('uuid');
                // by hand, an entry of somebody else may have got the same one
                if (!isset($now[$uuid]) || Marker::owner(Xml::text($node, 'description')) === $this->owner) {
                    $now[$uuid] = $node;
                }
            }
        }
        $changes = [];
        foreach ($this->touched as $uuid => [$kind, $name, $before, $place]) {
            $after = isset($now[$uuid]) ? Xml::source($now[$uuid]) : null;
            if ($before !== null && $after !== null && Xml::canonOf($before) === Xml::canonOf($after)) {
                continue;
            }
            if ($before !== null || $after !== null) {
                $changes[] = [
                    'kind' => $kind,
                    'uuid' => $uuid,
                    'name' => $name,
                    'before' => $before,
                    'after' => $after,
                    'place' => $place,
                ];
            }
        }
        return $changes;
    }

    /** @param AliasRequest[]|RuleRequest[] $wanted */
    private function sync(string $kind, array $nodes, array $wanted): void
    {
        $present = [];
        $gone = [];
        foreach ($nodes as $place => $node) {
            $descr = Xml::text($node, 'description');
            if (Marker::owner($descr) !== $this->owner) {
                continue;
            }
            if ($node->getAttribute('uuid') === '') {
                $node->setAttribute('uuid', Xml::uuid());
            }
            $key = $kind === 'alias' ? Xml::text($node, 'name') : Marker::of($descr);
            if (isset($present[$key])) {
                // a rule that was cloned in the GUI keeps its description
                $gone[] = [$key, $node, $place];
            } else {
                $present[$key] = [$key, $node, $place];
            }
        }
        foreach ($wanted as $one) {
            $key = $one instanceof AliasRequest ? $one->name : Marker::of($one->descr);
            $this->write($kind, $present[$key] ?? null, $key, $this->fields($one));
            unset($present[$key]);
        }
        foreach ([...array_values($present), ...$gone] as [$name, $node, $place]) {
            $this->touched[$node->getAttribute('uuid')] = [$kind, $name, Xml::source($node), $place];
            Xml::remove($node);
        }
    }

    /** @param array|null $present name, element and place of the one that is there */
    private function write(string $kind, ?array $present, string $name, array $fields): void
    {
        [, $node, $place] = $present ?? [$name, null, 0];
        $before = $node === null ? null : Xml::source($node);
        if ($node === null) {
            $node = self::parent($this->root, $kind)->appendChild($this->root->ownerDocument->createElement($kind));
            $node->setAttribute('uuid', Xml::uuid());
        }
        $this->touched[$node->getAttribute('uuid')] = [$kind, $name, $before, $place];
        foreach ($fields as $field => $text) {
            if (Xml::text($node, $field) !== $text) {
                Xml::setText($node, $field, $text);
            }
        }
    }

    private function fields(AliasRequest|RuleRequest $one): array
    {
        $common = ['categories' => $this->category(), 'description' => trim($one->descr)];
        if ($one instanceof RuleRequest) {
            // turned round by hand, it would be a rule for every other interface
            return $one->fields + ['interfacenot' => '0'] + $common;
        }
        return [
            'enabled' => '1',
            'name' => $one->name,
            'type' => $one->type,
            'content' => implode("\n", $one->content),
        ] + $common;
    }

    /** The uuid of our category, made when it is first needed. */
    private function category(): string
    {
        if ($this->category !== null) {
            return $this->category;
        }
        foreach (self::nodes($this->root, 'category') as $node) {
            if (Xml::text($node, 'name') === self::CATEGORY && $node->getAttribute('uuid') !== '') {
                return $this->category = $node->getAttribute('uuid');
            }
        }
        $this->write('category', null, self::CATEGORY, ['name' => self::CATEGORY, 'auto' => '0', 'color' => '1f6feb']);
        $this->category = (string)array_key_last($this->touched);
        return $this->category;
    }
}
