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

namespace OPNsense\Slash32\Pair;

use OPNsense\Slash32\Check\AliasUse;
use OPNsense\Slash32\Edit\CategoryUse;
use OPNsense\Slash32\Edit\Entry;
use OPNsense\Slash32\Edit\FirewallEdit;
use OPNsense\Slash32\Edit\Sections;
use OPNsense\Slash32\Edit\SettingSlot;
use OPNsense\Slash32\Edit\Xml;
use OPNsense\Slash32\Request\SegmentRequest;

/**
 * Takes away, on the node that was synchronised, what slash32 no longer has on the other one. OPNsense only merges: a key
 * that is missing in what is sent stays where it arrives, with its `deny unknown`, its static ARP, its last redirect.
 * Only settings of interfaces in scope and entries with a marker of slash32 go; what is somebody else's stays.
 */
final class Leftovers
{
    /** @var string[] names of what went */
    public array $removed = [];
    /** @var array of each setting that went, a change as Engine\StaticArp::released() reads it */
    public array $settings = [];

    private readonly \DOMElement $dom;

    /**
     * @param array $digests what the other node has, as Inventory::digests()
     * @param string[] $chosen the items that it sends
     */
    public function __construct(
        \SimpleXMLElement $root,
        private readonly array $digests,
        private readonly array $chosen
    ) {
        $this->dom = Xml::dom($root);
    }

    /** @param string[] $scope the interfaces that slash32 may touch, as the other node says */
    public function remove(array $scope): void
    {
        if (SyncItems::travels($this->chosen, null)) {
            $this->removeReservations();
            $this->removeSettings($scope);
        }
        // rules before the aliases that they use, and the category last
        foreach (['redirect', 'rule', 'alias', 'category'] as $kind) {
            if (SyncItems::travels($this->chosen, $kind)) {
                $this->removeNodes($kind);
            }
        }
    }

    private function removeReservations(): void
    {
        $dhcpd = Xml::child($this->dom, 'dhcpd');
        foreach ($dhcpd === null ? [] : Xml::children($dhcpd) as $section) {
            foreach (Entry::all($section) as $entry) {
                if ($entry->owner === null || isset($this->digests[Inventory::entryId($section->nodeName, $entry)])) {
                    continue;
                }
                $this->removed[] = Inventory::entryName($section->nodeName, $entry);
                Xml::remove($entry->node);
            }
        }
    }

    private function removeSettings(array $scope): void
    {
        $sections = new Sections($this->dom);
        foreach ($scope as $interface) {
            foreach (SegmentRequest::SETTINGS as $setting) {
                $slot = new SettingSlot($sections, $interface, $setting);
                $before = $slot->sources();
                if ($before === [] || isset($this->digests[Inventory::settingId($interface, $setting)])) {
                    continue;
                }
                $slot->replace([]);
                $this->removed[] = Inventory::settingName($interface, $setting);
                $this->settings[] = ['kind' => 'setting', 'interface' => $interface, 'setting' => $setting];
            }
            $sections->dropEmpty($interface);
        }
    }

    private function removeNodes(string $kind): void
    {
        $users = $kind === 'alias' ? new AliasUse($this->dom) : null;
        foreach (FirewallEdit::nodes($this->dom, $kind) as $node) {
            if (!Inventory::isOurs($kind, $node) || isset($this->digests[Inventory::nodeId($kind, $node)])) {
                continue;
            }
            // pf refuses all its rules for the sake of one alias that is gone
            $isUsed = $users?->of(Xml::text($node, 'name')) !== null
                || ($kind === 'category' && CategoryUse::isUsed($this->dom, $node->getAttribute('uuid')));
            if (!$isUsed) {
                $this->removed[] = Inventory::nodeName($kind, $node);
                Xml::remove($node);
            }
        }
    }
}
