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

/**
 * The blank element that OPNsense writes for a list without entries: `<staticmap/>`, `<rule/>`,
 * `<numberoptions><item/></numberoptions>`. Beside an entry it would be one more, without content, over which OPNsense stumbles:
 * it makes way for what is added, and comes back when an undoing empties the list.
 */
final class Blanks
{
    private const OPTIONS = 'numberoptions';

    /**
     * Look before the tree is edited.
     * @param string[] $interfaces that may be edited
     * @return array one change for each list that holds nothing, as if it had been filled
     */
    public static function find(\DOMElement $root, array $interfaces): array
    {
        $found = [];
        $paths = array_map(fn (string $kind) => FirewallEdit::path($kind), ['category', 'alias', 'rule', 'redirect']);
        foreach ($interfaces as $id) {
            array_push($paths, ['dhcpd', $id, 'staticmap'], ['dhcpd', $id, self::OPTIONS]);
        }
        foreach ($paths as $path) {
            $nodes = self::nodes($root, $path);
            if (count($nodes) === 1 && self::isBlank($nodes[0])) {
                $found[] = [
                    'kind' => 'blank',
                    'path' => $path,
                    'before' => Xml::source($nodes[0]),
                    'after' => null,
                    'place' => Xml::place($nodes[0]),
                ];
            }
        }
        return $found;
    }

    /**
     * Takes the blank elements away that are not alone any more, now that the tree is edited.
     * @param array $found as find() gave it
     * @return array those of the changes that were made
     */
    public static function makeWay(\DOMElement $root, array $found): array
    {
        return array_values(array_filter($found, function (array $change) use ($root) {
            $nodes = self::nodes($root, $change['path']);
            if (count($nodes) === 1 && end($change['path']) === self::OPTIONS) {
                $items = Xml::children($nodes[0], 'item');
                if (count($items) > 1 && self::isHollow($items[0])) {
                    Xml::remove($items[0]);
                }
                return !self::isBlank($nodes[0]);
            }
            if (count($nodes) > 1 && self::isBlank($nodes[0])) {
                Xml::remove($nodes[0]);
                return true;
            }
            return $nodes === [];
        }));
    }

    /** Puts a blank element back, where its list holds nothing. */
    public static function bringBack(\DOMElement $root, array $change): void
    {
        $path = $change['path'];
        array_pop($path);
        $parent = $root;
        foreach ($path as $name) {
            $parent = Xml::child($parent, $name);
        }
        $nodes = self::nodes($root, $change['path']);
        if ($parent === null || count($nodes) > 1 || ($nodes !== [] && !self::isHollow($nodes[0]))) {
            return;
        }
        $node = Xml::import($parent->ownerDocument, $change['before']);
        if ($nodes !== []) {
            $parent->replaceChild($node, $nodes[0]);
        } else {
            Xml::putAt($parent, $node, $change['place']);
        }
    }

    /** @return \DOMElement[] the elements at a path */
    private static function nodes(\DOMElement $root, array $path): array
    {
        $name = array_pop($path);
        $parent = $root;
        foreach ($path as $one) {
            $parent = Xml::child($parent, $one);
        }
        return Xml::all($parent, $name);
    }

    private static function isBlank(\DOMElement $node): bool
    {
        $children = Xml::children($node);
        if ($node->nodeName === self::OPTIONS && count($children) === 1 && $children[0]->nodeName === 'item') {
            return self::isHollow($children[0]);
        }
        return self::isHollow($node);
    }

    private static function isHollow(\DOMElement $node): bool
    {
        return trim($node->textContent) === '' && Xml::children($node) === [];
    }
}
