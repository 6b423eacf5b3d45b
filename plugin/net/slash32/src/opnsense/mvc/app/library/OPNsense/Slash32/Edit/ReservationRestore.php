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
 * Puts the static mappings of one interface back: first what was created goes, then what was changed becomes what it
 * was, then what was deleted comes back at its place. So nothing is taken twice on the way.
 */
final class ReservationRestore
{
    public array $left = [];
    public array $undone = [];

    /** @var Entry[] those that stand there now, by a number of their own */
    private array $entries = [];
    /** @var array canonical text => numbers */
    private array $byCanon = [];
    /** @var array mac or ipaddr => value => numbers as keys */
    private array $holders = ['mac' => [], 'ipaddr' => []];
    private int $next = 0;

    public function __construct(private readonly Sections $sections, private readonly string $interface)
    {
        foreach (Entry::all($sections->find($interface)) as $entry) {
            $this->add($entry->node);
        }
    }

    /** @param array $changes in the order of making */
    public function run(array $changes): void
    {
        foreach ($changes as $change) {
            if ($change['before'] === null) {
                $this->removeCreated($change);
            }
        }
        $deleted = [];
        foreach ($changes as $change) {
            if ($change['before'] !== null && $change['after'] !== null) {
                $this->putBack($change);
            } elseif ($change['after'] === null) {
                $deleted[] = $change;
            }
        }
        usort($deleted, fn ($one, $other) => $one['place'] <=> $other['place']);
        $this->bringBack($deleted);
    }

    private function removeCreated(array $change): void
    {
        $number = $this->take(Xml::canonOf($change['after']));
        if ($number !== null) {
            Xml::remove($this->drop($number));
            $this->undone[] = $change;
            return;
        }
        $mine = self::entryOf($change['after']);
        if (isset($this->holders['mac'][$mine->mac]) || isset($this->holders['ipaddr'][$mine->ipaddr])) {
            $this->leave($change);
        }
    }

    private function putBack(array $change): void
    {
        $number = $this->take(Xml::canonOf($change['after']));
        if ($number === null) {
            if ($this->take(Xml::canonOf($change['before'])) === null) {
                $this->leave($change);
            }
            return;
        }
        // entries of slash32 may hold it for now: they are put back as well
        $isForeign = fn (Entry $entry) => $entry->owner === null;
        if ($this->isTaken(self::entryOf($change['before']), $number, $isForeign)) {
            $this->leave($change);
            return;
        }
        $old = $this->drop($number);
        $new = Xml::import($old->ownerDocument, $change['before']);
        $old->parentNode->replaceChild($new, $old);
        $this->add($new);
        $this->undone[] = $change;
    }

    private function bringBack(array $deleted): void
    {
        $section = $deleted === [] ? null : $this->sections->ensure($this->interface);
        $present = $section === null ? [] : Xml::children($section, 'staticmap');
        $end = $present === [] ? null : end($present)->nextSibling;
        foreach ($deleted as $change) {
            if ($this->take(Xml::canonOf($change['before'])) !== null) {
                continue;
            }
            if ($this->isTaken(self::entryOf($change['before']), -1, fn () => true)) {
                $this->leave($change);
                continue;
            }
            $node = Xml::import($section->ownerDocument, $change['before']);
            $section->insertBefore($node, $present[$change['place']] ?? $end);
            array_splice($present, min($change['place'], count($present)), 0, [$node]);
            $this->add($node);
            $this->undone[] = $change;
        }
    }

    private function isTaken(Entry $was, int $self, callable $counts): bool
    {
        foreach (['mac', 'ipaddr'] as $field) {
            foreach (array_keys($was->$field === '' ? [] : ($this->holders[$field][$was->$field] ?? [])) as $number) {
                if ($number !== $self && $counts($this->entries[$number])) {
                    return true;
                }
            }
        }
        return false;
    }

    private function add(\DOMElement $node): void
    {
        $entry = new Entry($this->next, $node);
        $this->entries[$this->next] = $entry;
        $this->byCanon[Xml::canon($node)][] = $this->next;
        $this->holders['mac'][$entry->mac][$this->next] = true;
        $this->holders['ipaddr'][$entry->ipaddr][$this->next] = true;
        $this->next++;
    }

    private function drop(int $number): \DOMElement
    {
        $entry = $this->entries[$number];
        unset($this->entries[$number], $this->holders['mac'][$entry->mac][$number]);
        unset($this->holders['ipaddr'][$entry->ipaddr][$number]);
        foreach (['mac', 'ipaddr'] as $field) {
            if (($this->holders[$field][$entry->$field] ?? []) === []) {
                unset($this->holders[$field][$entry->$field]);
            }
        }
        return $entry->node;
    }

    private function take(string $canon): ?int
    {
        return isset($this->byCanon[$canon]) ? array_shift($this->byCanon[$canon]) : null;
    }

    private function leave(array $change): void
    {
        $this->left[] = [
            'where' => $this->interface,
            'object' => $change['name'],
            'message' => 'Somebody else changed it meanwhile, or took its address, so it was left as it is.',
        ];
    }

    private static function entryOf(string $source): Entry
    {
        return new Entry(0, Xml::import(new \DOMDocument(), $source));
    }
}
