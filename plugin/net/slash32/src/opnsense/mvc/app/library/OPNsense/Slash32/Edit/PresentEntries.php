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
 * The static mappings that stand on an interface while some of them are put back, found by what they say, by MAC address
 * and by address. Each has a number of its own.
 */
final class PresentEntries
{
    /** @var Entry[] by number */
    private array $entries = [];
    /** @var array canonical text => numbers that nobody took yet */
    private array $byText = [];
    /** @var array key => numbers as keys */
    private array $byKey = [];
    private int $next = 0;

    /** @param Entry[] $entries */
    public function __construct(array $entries)
    {
        foreach ($entries as $entry) {
            $this->add($entry->node);
        }
    }

    /** @return string[] what no two entries should share: the MAC address and the address, as far as it has them */
    public static function keys(Entry $entry): array
    {
        return array_values(array_filter([
            $entry->mac === '' ? '' : 'mac ' . $entry->mac,
            $entry->ipaddr === '' ? '' : 'ipaddr ' . $entry->ipaddr,
        ]));
    }

    public function entry(int $number): Entry
    {
        return $this->entries[$number];
    }

    /** The number of an entry that says just this; each is given once. */
    public function take(string $source): ?int
    {
        $text = Xml::canonOf($source);
        return isset($this->byText[$text]) ? array_shift($this->byText[$text]) : null;
    }

    /**
     * The numbers of entries that say just this and stand in this order; null when they do not all stand there so. Ask
     * before anything is changed.
     * @param string[] $sources
     * @return int[]|null
     */
    public function inOrder(array $sources): ?array
    {
        $texts = array_map(fn (string $source) => Xml::canonOf($source), $sources);
        $numbers = [];
        foreach ($this->entries as $number => $entry) {
            if (count($numbers) < count($texts) && Xml::canon($entry->node) === $texts[count($numbers)]) {
                $numbers[] = $number;
            }
        }
        return count($numbers) === count($texts) ? $numbers : null;
    }

    /**
     * Whether an entry besides these says just one of this.
     * @param int[] $numbers
     * @param string[] $sources
     */
    public function hasOther(array $numbers, array $sources): bool
    {
        $known = array_flip($numbers);
        foreach ($sources as $source) {
            foreach ($this->byText[Xml::canonOf($source)] ?? [] as $number) {
                if (!isset($known[$number])) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * @param string[] $except keys that do not count
     * @return int[] numbers of the entries that have its MAC address or its address
     */
    public function holders(Entry $entry, array $except = []): array
    {
        $numbers = [];
        foreach (array_diff(self::keys($entry), $except) as $key) {
            $numbers += $this->byKey[$key] ?? [];
        }
        return array_keys($numbers);
    }

    public function add(\DOMElement $node): void
    {
        $this->byText[Xml::canon($node)][] = $this->next;
        $this->register($this->next++, $node);
    }

    /** Forgets an entry and gives its element. */
    public function drop(int $number): \DOMElement
    {
        $entry = $this->entries[$number];
        foreach (self::keys($entry) as $key) {
            unset($this->byKey[$key][$number]);
        }
        unset($this->entries[$number]);
        return $entry->node;
    }

    /** Puts an element made from source text in the place of an entry. */
    public function replace(int $number, string $source): void
    {
        $old = $this->drop($number);
        $new = Xml::import($old->ownerDocument, $source);
        $old->parentNode->replaceChild($new, $old);
        $this->register($number, $new);
    }

    private function register(int $number, \DOMElement $node): void
    {
        $this->entries[$number] = $entry = new Entry($number, $node);
        foreach (self::keys($entry) as $key) {
            $this->byKey[$key][$number] = true;
        }
    }
}
