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

use OPNsense\Slash32\Check\AliasUse;
use OPNsense\Slash32\Check\DhcpdConf;
use OPNsense\Slash32\Check\DormantFaults;

/**
 * Puts back what an apply changed, node by node: one that still holds what the apply wrote becomes what it was before;
 * one that is back already is left; one that others changed or claim meanwhile is left and named. May be run again at any time.
 */
final class Restorer
{
    public const WHERE = [
        'alias' => 'aliases',
        'rule' => 'rules',
        'redirect' => 'redirects',
        'category' => 'categories',
    ];

    private const CHANGED = 'Somebody else changed it meanwhile, so it was left as it is.';

    private array $left = [];
    /** @var array the changes that others claim */
    private array $claimed = [];
    /** @var array the changes that were undone */
    private array $undone = [];
    /** @var array kind => [place, element] of those that come back */
    private array $back = [];
    /** @var array kind => uuid => elements */
    private array $nodes = [];
    private ?AliasUse $users = null;

    private function __construct(private readonly \SimpleXMLElement $root)
    {
    }

    /** @param array $changes as Outcome has them */
    public static function restore(\SimpleXMLElement $root, array $changes, Context $context): Restored
    {
        $restorer = new self($root);
        $sections = new Sections(Xml::dom($root));
        $reservations = [];
        foreach ($changes as $change) {
            if ($change['kind'] === 'reservation') {
                $reservations[$change['interface']][] = $change;
            } elseif ($change['kind'] === 'section' && $change['before'] !== null) {
                $sections->bringBack($change);
            }
        }
        foreach ($reservations as $interface => $list) {
            $restore = new ReservationRestore($sections, (string)$interface);
            $restore->run($list);
            array_push($restorer->left, ...$restore->left);
            array_push($restorer->undone, ...$restore->undone);
        }
        foreach (array_reverse($changes) as $change) {
            match ($change['kind']) {
                'reservation' => null,
                'section' => $change['before'] === null ? $sections->dropEmpty($change['interface']) : null,
                'blank' => null,
                'setting' => $restorer->setting($sections, $change),
                default => $restorer->node($change),
            };
        }
        $restorer->bringBack();
        foreach ($changes as $change) {
            if ($change['kind'] === 'blank') {
                Blanks::bringBack(Xml::dom($root), $change);
            }
        }
        return $restorer->result($context, array_unique(array_column($changes, 'interface')));
    }

    private function setting(Sections $sections, array $change): void
    {
        $slot = new SettingSlot($sections, $change['interface'], $change['setting']);
        $now = SettingSlot::canon($slot->sources());
        if ($now === SettingSlot::canon($change['before'])) {
            return;
        }
        if ($now !== SettingSlot::canon($change['after'])) {
            $this->leave($change['interface'], $change['setting']);
            return;
        }
        if (Claims::isClaimed($change)) {
            $this->claimed[] = $change;
            $this->leave($change['interface'], $change['setting'], sprintf(
                '%s wants it as it is, too, since %s UTC, so it was left.',
                implode(' and ', array_unique(array_column($change['wanted'], 'owner'))),
                gmdate('Y-m-d H:i', min(array_column($change['wanted'], 'since')))
            ));
            return;
        }
        $slot->replace($change['before'], $change['place']);
        $this->undone[] = $change;
    }

    /** An alias, a rule, a redirect or a category, told by its uuid. */
    private function node(array $change): void
    {
        $dom = Xml::dom($this->root);
        $before = $change['before'] === null ? null : Xml::canonOf($change['before']);
        $after = $change['after'] === null ? null : Xml::canonOf($change['after']);
        $present = $this->find($change, $after, $before);
        $now = $present === null ? null : Xml::canon($present);
        if ($now === $before) {
            return;
        }
        if ($change['kind'] === 'category' && ($now !== $after || $this->isStillUsed($change))) {
            return;
        }
        if ($now !== $after || ($change['kind'] === 'alias' && $this->isHeld($change))) {
            $this->leave(self::WHERE[$change['kind']], $change['name']);
            return;
        }
        if ($change['before'] !== null) {
            $node = Xml::import($dom->ownerDocument, $change['before']);
            if ($present !== null) {
                $present->parentNode->insertBefore($node, $present);
            } else {
                $this->back[$change['kind']][] = [$change['place'], $node];
            }
        }
        if ($present !== null) {
            Xml::remove($present);
        }
        $this->undone[] = $change;
    }

    /** By hand, an entry of somebody else may have got the same uuid: what says the right thing goes first. */
    private function find(array $change, ?string ...$texts): ?\DOMElement
    {
        $found = $this->byUuid($change['kind'])[$change['uuid']] ?? [];
        foreach (count($found) > 1 ? $texts : [] as $text) {
            foreach ($found as $node) {
                if (Xml::canon($node) === $text) {
                    return $node;
                }
            }
        }
        return $found[0] ?? null;
    }

    /** @return array uuid => elements, as they stood before anything was put back */
    private function byUuid(string $kind): array
    {
        if (!isset($this->nodes[$kind])) {
            $this->nodes[$kind] = [];
            foreach (FirewallEdit::nodes(Xml::dom($this->root), $kind) as $node) {
                $this->nodes[$kind][$node->getAttribute('uuid')][] = $node;
            }
        }
        return $this->nodes[$kind];
    }

    /** Whether somebody else has an alias of this name by now, or uses one that would go: then pf could not load its rules. */
    private function isHeld(array $change): bool
    {
        $dom = Xml::dom($this->root);
        if ($change['before'] === null) {
            // rules were put back before aliases, so what is left names them for good
            $this->users ??= new AliasUse($dom);
            return $this->users->of($change['name']) !== null;
        }
        foreach ($change['after'] === null ? FirewallEdit::nodes($dom, 'alias') : [] as $node) {
            if (strcasecmp(Xml::text($node, 'name'), $change['name']) === 0) {
                return true;
            }
        }
        return false;
    }

    /** Deleted ones come back at their places, the first place first. */
    private function bringBack(): void
    {
        foreach ($this->back as $kind => $list) {
            usort($list, fn ($one, $other) => $one[0] <=> $other[0]);
            $parent = FirewallEdit::parent(Xml::dom($this->root), $kind);
            foreach ($list as [$place, $node]) {
                Xml::putAt($parent, $node, $place);
            }
        }
    }

    /** Our category goes only when nobody has taken it up meanwhile. */
    private function isStillUsed(array $change): bool
    {
        return $change['before'] === null && CategoryUse::isUsed(Xml::dom($this->root), $change['uuid']);
    }

    private function leave(string $where, string $object, string $why = self::CHANGED): void
    {
        $this->left[] = ['where' => $where, 'object' => $object, 'message' => $why];
    }

    private function result(Context $context, array $interfaces): Restored
    {
        $effect = new Effect($this->undone, $this->root);
        $conf = null;
        if ($effect->touchesDhcp() && DormantFaults::find($this->root) === []) {
            $conf = DhcpdConf::text($this->root, $context->runningConf, $context->includes);
        }
        return new Restored(
            $this->left,
            $this->claimed,
            count($this->undone),
            $effect->reload(),
            $conf,
            Effect::expected($this->root, $interfaces),
            DhcpdConf::isExpected($this->root)
        );
    }
}
