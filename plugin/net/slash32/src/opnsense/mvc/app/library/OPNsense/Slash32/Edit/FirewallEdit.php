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
use OPNsense\Slash32\Request\RedirectRequest;
use OPNsense\Slash32\Request\RuleRequest;

/**
 * Makes the aliases, rules and redirects of an owner what was asked for, in OPNsense's firewall model. Sources are noted by
 * changes() after OPNsense's own check has brought the nodes into their full form.
 */
final class FirewallEdit
{
    public const CATEGORY = 'slash32';
    /** Where each kind stands, what an entry is called there, and the field of its description. */
    private const PLACES = [
        'category' => [['OPNsense', 'Firewall', 'Category', 'categories'], 'category', 'description'],
        'alias' => [['OPNsense', 'Firewall', 'Alias', 'aliases'], 'alias', 'description'],
        'rule' => [['OPNsense', 'Firewall', 'Filter', 'rules'], 'rule', 'description'],
        'redirect' => [['nat'], 'rule', 'descr'],
    ];

    /** @var array kind and uuid => [kind, uuid, name, source before or null, place before] */
    private array $touched = [];

    private ?string $category = null;

    public function __construct(private readonly \DOMElement $root, private readonly string $owner)
    {
    }

    public function make(ApplyRequest $request): void
    {
        $lists = ['alias' => $request->aliases, 'rule' => $request->rules, 'redirect' => $request->redirects];
        foreach ($lists as $kind => $wanted) {
            if ($wanted !== null) {
                $this->sync($kind, $wanted);
            }
        }
        $this->dropCategory();
    }

    /** @return \DOMElement[] every alias, rule, redirect or category; the blank element of an empty list is none */
    public static function nodes(\DOMElement $root, string $kind): array
    {
        [$path, $tag] = self::PLACES[$kind];
        $node = $root;
        foreach ($path as $name) {
            $node = Xml::child($node, $name);
        }
        $filled = fn (\DOMElement $one) => Xml::children($one) !== [];
        return array_values(array_filter(Xml::all($node, $tag), $filled));
    }

    /** @return string[] names from below the root to an entry of that kind */
    public static function path(string $kind): array
    {
        [$path, $tag] = self::PLACES[$kind];
        return [...$path, $tag];
    }

    public static function parent(\DOMElement $root, string $kind): \DOMElement
    {
        return Xml::ensure($root, ...self::PLACES[$kind][0]);
    }

    /** @return array one change for each node that is not as it was */
    public function changes(): array
    {
        $now = [];
        foreach (array_keys(self::PLACES) as $kind) {
            foreach (self::nodes($this->root, $kind) as $node) {
                $key = $kind . ' ' . $node->getAttribute('uuid');
                // by hand, an entry of somebody else may have got the same one
                if (!isset($now[$key]) || Marker::owner(self::descr($kind, $node)) === $this->owner) {
                    $now[$key] = $node;
                }
            }
        }
        $changes = [];
        foreach ($this->touched as $key => [$kind, $uuid, $name, $before, $place]) {
            $after = isset($now[$key]) ? Xml::source($now[$key]) : null;
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

    /** @param AliasRequest[]|RuleRequest[]|RedirectRequest[] $wanted */
    private function sync(string $kind, array $wanted): void
    {
        [$present, $gone] = $this->owned($kind);
        foreach ($wanted as $one) {
            $key = $one instanceof AliasRequest ? $one->name : Marker::of($one->descr);
            $category = $this->category();
            $node = $this->open($kind, $present[$key] ?? null, $key);
            FirewallFields::write($kind, $node, $one, $category);
            unset($present[$key]);
        }
        foreach ([...array_values($present), ...$gone] as [$name, $node, $place]) {
            $uuid = $node->getAttribute('uuid');
            $this->touched[$kind . ' ' . $uuid] = [$kind, $uuid, $name, Xml::source($node), $place];
            Xml::remove($node);
        }
    }

    /** @return array what the owner has: name => [name, element, place], and the clones of these */
    private function owned(string $kind): array
    {
        $present = [];
        $clones = [];
        $nodes = self::nodes($this->root, $kind);
        // others stand beside them, too
        $siblings = $nodes === [] ? [] : Xml::children($nodes[0]->parentNode);
        foreach ($siblings as $place => $node) {
            $descr = $node->nodeName === self::PLACES[$kind][1] ? self::descr($kind, $node) : '';
            if ($descr === '' || Marker::owner($descr) !== $this->owner) {
                continue;
            }
            if ($node->getAttribute('uuid') === '') {
                $node->setAttribute('uuid', Xml::uuid());
            }
            $key = $kind === 'alias' ? Xml::text($node, 'name') : Marker::of($descr);
            if (isset($present[$key])) {
                // a rule that was cloned in the GUI keeps its description
                $clones[] = [$key, $node, $place];
            } else {
                $present[$key] = [$key, $node, $place];
            }
        }
        return [$present, $clones];
    }

    /** @param array|null $present name, element and place of the one that is there, or it is made */
    private function open(string $kind, ?array $present, string $name): \DOMElement
    {
        [, $node, $place] = $present ?? [$name, null, 0];
        $before = $node === null ? null : Xml::source($node);
        if ($node === null) {
            $tag = self::PLACES[$kind][1];
            $node = self::parent($this->root, $kind)->appendChild($this->root->ownerDocument->createElement($tag));
            $node->setAttribute('uuid', Xml::uuid());
        }
        $uuid = $node->getAttribute('uuid');
        $this->touched[$kind . ' ' . $uuid] = [$kind, $uuid, $name, $before, $place];
        return $node;
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
        $node = $this->open('category', null, self::CATEGORY);
        foreach (['name' => self::CATEGORY, 'auto' => '0', 'color' => '1f6feb'] as $field => $text) {
            Xml::setText($node, $field, $text);
        }
        return $this->category = $node->getAttribute('uuid');
    }

    /** Our category goes with the last entry that is in it, where it stands as we make it. */
    private function dropCategory(): void
    {
        $deleted = array_filter($this->touched, fn (array $one) => $one[0] !== 'category' && $one[3] !== null);
        foreach ($deleted === [] ? [] : self::nodes($this->root, 'category') as $place => $node) {
            $uuid = $node->getAttribute('uuid');
            $fields = array_map(fn (string $field) => Xml::text($node, $field), ['name', 'auto', 'color']);
            $isOurs = in_array($fields, [[self::CATEGORY, '0', '1f6feb'], [self::CATEGORY, '', '1f6feb']], true);
            if ($isOurs && !CategoryUse::isUsed($this->root, $uuid)) {
                $this->touched['category ' . $uuid] = ['category', $uuid, self::CATEGORY, Xml::source($node), $place];
                Xml::remove($node);
            }
        }
    }

    private static function descr(string $kind, \DOMElement $node): string
    {
        return Xml::text($node, self::PLACES[$kind][2]);
    }
}
