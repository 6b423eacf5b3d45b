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

namespace OPNsense\Slash32\Engine;

use OPNsense\Slash32\Check\PublishList;

/**
 * The plugin's settings and the owners that it knows, as they stand in config.xml.
 */
final class Settings
{
    /** That of the model: what is made here needs no migration. */
    public const VERSION = '1.1.0';
    private const LONGEST = 600;

    /** @return string[] the interfaces that may be touched; none when nothing is set */
    public static function scope(\SimpleXMLElement $root): array
    {
        $names = explode(',', (string)$root->OPNsense?->Slash32?->general?->interfaces);
        return array_values(array_filter(array_map('trim', $names), fn (string $name) => $name !== ''));
    }

    /** @return string[] lines of where redirects may stand; none when nothing is set */
    public static function publishes(\SimpleXMLElement $root): array
    {
        return PublishList::split((string)$root->OPNsense?->Slash32?->general?->publishes);
    }

    public static function maxConfirmSeconds(\SimpleXMLElement $root): int
    {
        $set = trim((string)$root->OPNsense?->Slash32?->general?->max_confirm_seconds);
        return ctype_digit($set) ? (int)$set : self::LONGEST;
    }

    /** @return array rows with owner, fingerprint, host and seen */
    public static function owners(\SimpleXMLElement $root): array
    {
        $owners = [];
        foreach ($root->OPNsense?->Slash32?->owners?->owner ?? [] as $node) {
            $owners[] = [
                'owner' => (string)$node->name,
                'fingerprint' => (string)$node->fingerprint,
                'host' => (string)$node->host,
                'seen' => (int)$node->seen,
            ];
        }
        return $owners;
    }

    public static function owner(\SimpleXMLElement $root, string $name): ?array
    {
        foreach (self::owners($root) as $owner) {
            if ($owner['owner'] === $name) {
                return $owner;
            }
        }
        return null;
    }

    /** Notes in the tree who writes as this owner now. */
    public static function remember(\SimpleXMLElement $root, string $name, string $print, string $host, int $now): void
    {
        $owners = self::section($root, 'owners');
        $node = null;
        foreach ($owners->owner as $candidate) {
            if ((string)$candidate->name === $name) {
                $node = $candidate;
            }
        }
        if ($node === null) {
            $node = $owners->addChild('owner');
            $node->addAttribute('uuid', self::uuid());
            $node->name = $name;
        }
        $node->fingerprint = $print;
        $node->host = $host;
        $node->seen = (string)$now;
    }

    /**
     * Notes which change made the owner's entries what they are, so that the other node of a pair knows it when it gets them.
     * @param string $id '' where the change is kept at once
     * @param int $until wall clock until which it may be confirmed
     */
    public static function rememberChange(\SimpleXMLElement $root, string $name, string $id, int $until): void
    {
        foreach (self::section($root, 'owners')->owner as $owner) {
            if ((string)$owner->name === $name) {
                $owner->change = $id;
                $owner->until = $id === '' ? '' : (string)$until;
            }
        }
    }

    /** A section of the settings, made where it is missing. */
    public static function section(\SimpleXMLElement $root, string $name): \SimpleXMLElement
    {
        return self::child(self::child(self::child($root, 'OPNsense'), 'Slash32'), $name);
    }

    private static function child(\SimpleXMLElement $parent, string $name): \SimpleXMLElement
    {
        if (isset($parent->$name)) {
            return $parent->$name;
        }
        $child = $parent->addChild($name);
        if ($name === 'Slash32') {
            $child->addAttribute('version', self::VERSION);
        }
        return $child;
    }

    private static function uuid(): string
    {
        $bytes = random_bytes(16);
        $bytes[6] = chr(ord($bytes[6]) & 0x0f | 0x40);
        $bytes[8] = chr(ord($bytes[8]) & 0x3f | 0x80);
        return vsprintf('%s%s-%s-%s-%s-%s%s%s', str_split(bin2hex($bytes), 4));
    }
}
