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

/**
 * What this node of a high-availability pair is now. It is judged on all its CARP addresses together, those of IPv6 too:
 * a node that is backup on one of them shares config.xml with a master, whose next synchronisation replaces what is
 * written here.
 */
final class Role
{
    public const MASTER = 'master';
    public const BACKUP = 'backup';
    /** It has no CARP address: it is alone, or the pair shares none. */
    public const NONE = 'none';
    /** It has one whose status cannot be seen. */
    public const UNKNOWN = 'unknown';

    /**
     * @param array $devices as Runtime::devices() answers
     * @return array rows with interface, address and status (a word of ifconfig, '' where it cannot be seen), for every CARP
     *     address of an interface that is switched on
     */
    public static function addresses(\SimpleXMLElement $root, array $devices): array
    {
        $found = [];
        foreach ($root->virtualip?->vip ?? [] as $vip) {
            $id = (string)$vip->interface;
            if ((string)$vip->mode !== 'carp' || !isset($root->interfaces->$id->enable)) {
                continue;
            }
            $device = (string)$root->interfaces->$id->if;
            $found[] = [
                'interface' => $id,
                'address' => (string)$vip->subnet,
                'status' => strtoupper((string)($devices[$device]['carp'][(string)$vip->vhid]['status'] ?? '')),
            ];
        }
        return $found;
    }

    /** @param array $addresses as addresses() answers */
    public static function of(array $addresses): string
    {
        $words = array_unique(array_column($addresses, 'status'));
        if ($words === []) {
            return self::NONE;
        }
        if (array_diff($words, ['', 'MASTER']) !== []) {
            return self::BACKUP;
        }
        return in_array('', $words, true) ? self::UNKNOWN : self::MASTER;
    }

    /** Whether it may write to the pair by itself. */
    public static function mayLead(string $role): bool
    {
        return $role === self::MASTER || $role === self::NONE;
    }
}
