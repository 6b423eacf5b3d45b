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
 * Puts the static mappings of one interface back: what was created goes, what was changed becomes what it was, what was
 * deleted comes back at its place. An entry that others changed meanwhile stays, and so does one whose former MAC address
 * or address somebody else has now.
 */
final class ReservationRestore
{
    public array $left = [];
    public array $undone = [];

    private readonly PresentEntries $entries;
    /** @var array number of an entry => the change that made it what it is */
    private array $mine = [];
    /** @var array numbers, as keys, of entries that are back already */
    private array $back = [];

    public function __construct(private readonly Sections $sections, private readonly string $interface)
    {
        $this->entries = new PresentEntries(Entry::all($sections->find($interface)));
    }

    /** @param array $changes in the order of making */
    public function run(array $changes): void
    {
        if ($this->isBack($changes)) {
            $this->nameLost(array_filter($changes, fn (array $change) => $change['before'] === null));
            return;
        }
        $lost = [];
        $deleted = [];
        foreach ($changes as $change) {
            if ($change['before'] === null) {
                array_push($lost, ...$this->removeCreated($change));
            } elseif ($change['after'] === null) {
                array_push($deleted, ...$this->claimDeleted($change));
            } else {
                $this->claim($change);
            }
        }
        $this->nameLost($lost);
        $this->keepBlocked();
        foreach ($this->mine as $number => $change) {
            $this->entries->replace($number, $change['before']);
            $this->undone[] = $change;
        }
        usort($deleted, fn ($one, $other) => $one['place'] <=> $other['place']);
        $this->bringBack($deleted);
    }

    /**
     * Whether all stands there as it did before. Where entries swapped all that they say, only their order tells it from
     * what the change made.
     */
    private function isBack(array $changes): bool
    {
        $texts = fn (string $field) => array_values(array_filter(array_column($changes, $field), fn ($text) => $text !== null));
        $numbers = $this->entries->inOrder($texts('before'));
        if ($numbers === null || $this->entries->hasOther($numbers, $texts('after'))) {
            return false;
        }
        $this->back = array_fill_keys($numbers, true);
        return true;
    }

    /** Created entries that are not there as they were made: gone, or changed. */
    private function nameLost(array $lost): void
    {
        foreach ($lost as $change) {
            if (array_diff($this->entries->holders(Entry::of($change['after'])), array_keys($this->back)) !== []) {
                $this->leave($change);
            }
        }
    }

    /** @return array the change, in a list, when its entry is not there as it was made */
    private function removeCreated(array $change): array
    {
        $number = $this->entries->take($change['after']);
        if ($number === null) {
            return [$change];
        }
        Xml::remove($this->entries->drop($number));
        $this->undone[] = $change;
        return [];
    }

    /** @return array the change, in a list, when its entry is still gone */
    private function claimDeleted(array $change): array
    {
        $number = $this->entries->take($change['before']);
        if ($number === null) {
            return [$change];
        }
        $this->back[$number] = true;
        return [];
    }

    private function claim(array $change): void
    {
        $number = $this->entries->take($change['after']);
        if ($number !== null) {
            $this->mine[$number] = $change;
            return;
        }
        $number = $this->entries->take($change['before']);
        if ($number === null) {
            $this->leave($change);
        } else {
            $this->back[$number] = true;
        }
    }

    /**
     * Entries may have swapped addresses, so one of ours is in nobody's way while it goes back itself. One that has to stay
     * is in the way of others again.
     */
    private function keepBlocked(): void
    {
        $wanted = [];
        foreach ($this->mine as $number => $change) {
            foreach (PresentEntries::keys(Entry::of($change['before'])) as $key) {
                $wanted[$key][] = $number;
            }
        }
        $check = array_keys($this->mine);
        while ($check !== []) {
            $number = array_pop($check);
            if (!isset($this->mine[$number]) || !$this->isBlocked($this->mine[$number], $number)) {
                continue;
            }
            $this->leave($this->mine[$number]);
            unset($this->mine[$number]);
            foreach (PresentEntries::keys($this->entries->entry($number)) as $key) {
                array_push($check, ...($wanted[$key] ?? []));
            }
        }
    }

    private function isBlocked(array $change, int $self): bool
    {
        foreach ($this->entries->holders(Entry::of($change['before']), $change['shared'] ?? []) as $number) {
            if ($number !== $self && !isset($this->mine[$number])) {
                return true;
            }
        }
        return false;
    }

    private function bringBack(array $deleted): void
    {
        if ($deleted === []) {
            return;
        }
        $section = $this->sections->ensure($this->interface);
        $present = Xml::children($section, 'staticmap');
        $end = $present === [] ? (Xml::children($section)[$deleted[0]['first']] ?? null) : end($present)->nextSibling;
        $count = 0;
        foreach ($deleted as $change) {
            if ($this->entries->holders(Entry::of($change['before']), $change['shared'] ?? []) !== []) {
                $this->leave($change);
                continue;
            }
            $node = Xml::import($section->ownerDocument, $change['before']);
            $section->insertBefore($node, $present[$change['place'] - $count++] ?? $end);
            $this->entries->add($node);
            $this->undone[] = $change;
        }
    }

    private function leave(array $change): void
    {
        $this->left[] = [
            'where' => $this->interface,
            'object' => $change['name'],
            'message' => 'Somebody else changed it meanwhile, or took its address, so it was left as it is.',
        ];
    }
}
