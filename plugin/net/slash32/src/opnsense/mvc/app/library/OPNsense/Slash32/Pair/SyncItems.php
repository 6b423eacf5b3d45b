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

use OPNsense\Slash32\Edit\FirewallEdit;
use OPNsense\Slash32\Edit\Xml;

/**
 * What OPNsense sends to the peer, as System: High Availability: Settings has it, and what of that slash32 needs: an item
 * that is not chosen stays behind, and after a failover its packets are treated as if it had never been written.
 */
final class SyncItems
{
    /** The kind of an entry => the item that it travels with. */
    private const ITEMS = ['rule' => 'rules', 'alias' => 'aliases', 'redirect' => 'nat', 'category' => 'categories'];

    /** @return string[] ids of the items that are chosen */
    public static function chosen(\SimpleXMLElement $root): array
    {
        return array_values(array_filter(array_map('trim', explode(',', (string)$root->hasync?->syncitems))));
    }

    /** @return string[] ids of the items that what stands of slash32 needs and that are not chosen */
    public static function missing(\SimpleXMLElement $root): array
    {
        $needed = ['slash32', 'dhcpd'];
        foreach (self::ITEMS as $kind => $item) {
            if (self::isThere($root, $kind)) {
                $needed[] = $item;
            }
        }
        return array_values(array_diff($needed, self::chosen($root)));
    }

    /**
     * Whether entries of a kind travel, or DHCP sections for null.
     * @param string[] $chosen the items of the node that sends
     */
    public static function travels(array $chosen, ?string $kind): bool
    {
        return in_array($kind === null ? 'dhcpd' : self::ITEMS[$kind], $chosen, true);
    }

    private static function isThere(\SimpleXMLElement $root, string $kind): bool
    {
        foreach (FirewallEdit::nodes(Xml::dom($root), $kind) as $node) {
            if (Inventory::isOurs($kind, $node)) {
                return true;
            }
        }
        return false;
    }
}
