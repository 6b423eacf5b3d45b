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

use OPNsense\Slash32\Request\Refusal;

/**
 * Which user's key may act for an owner: one line each in the settings, such as `home slash32`. For an owner without a line any
 * key may that has the plugin's privilege. The first change of an owner that the plugin has never seen binds him to the user of
 * that key, as ssh does with the key of a host.
 */
final class Bindings
{
    private const LINE = '/^([A-Za-z0-9][A-Za-z0-9_.-]{0,31})[ \t]+([^\s]{1,320})$/Du';

    /** @return string[] the lines of a setting, blank ones left out */
    public static function split(string $text): array
    {
        return preg_split('/\s*[\r\n]+\s*/', trim($text), -1, PREG_SPLIT_NO_EMPTY);
    }

    /** @return array|null owner and user; null when the line has another form */
    public static function parse(string $line): ?array
    {
        return preg_match(self::LINE, $line, $found) === 1 ? [$found[1], $found[2]] : null;
    }

    /** @return array owner => user; of two lines for one owner the first counts */
    public static function all(\SimpleXMLElement $root): array
    {
        $users = [];
        foreach (self::split((string)$root->OPNsense?->Slash32?->general?->owner_users) as $line) {
            [$owner, $user] = self::parse($line) ?? [null, null];
            if ($owner !== null) {
                $users[$owner] ??= $user;
            }
        }
        return $users;
    }

    /** @return array rows with owner and user */
    public static function rows(\SimpleXMLElement $root): array
    {
        $rows = [];
        foreach (self::all($root) as $owner => $user) {
            $rows[] = ['owner' => (string)$owner, 'user' => $user];
        }
        return $rows;
    }

    /**
     * Refuses a user who is not the one that the owner is bound to.
     * @throws Refusal
     */
    public static function demand(\SimpleXMLElement $root, string $owner, string $user): void
    {
        $bound = self::all($root)[$owner] ?? null;
        if ($bound === null || $bound === $user) {
            return;
        }
        throw new Refusal('user', [[
            'where' => 'owner',
            'object' => $owner,
            'message' => sprintf(
                'Only the user %s may act for this owner, and the key is of %s. Use a key of that user, or change the line of the '
                . 'owner under Services > slash32 > Settings, Owners.',
                $bound,
                $user === '' ? 'nobody' : $user
            ),
        ]]);
    }

    /** Binds an owner that nobody has used yet, in the tree. */
    public static function bindNew(\SimpleXMLElement $root, string $owner, string $user): void
    {
        $isKnown = Settings::owner($root, $owner) !== null || isset(self::all($root)[$owner]);
        if ($isKnown || self::parse($owner . ' ' . $user) === null) {
            return;
        }
        $general = Settings::section($root, 'general');
        $lines = self::split((string)$general->owner_users);
        $general->owner_users = implode("\n", [...$lines, $owner . ' ' . $user]);
    }
}
