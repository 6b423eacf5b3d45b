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

namespace Slash32StandIn;

/**
 * The firewall's users: those of config.xml with OPNsense's hashed keys, and those of users.json with keys in the
 * clear, which is the form of createSimUser in src/sim/opnsense/users.ts.
 */
final class Users
{
    /** @return string|null the user's name */
    public static function byKey(string $key, string $secret): ?string
    {
        foreach (self::plain() as $user) {
            if (hash_equals($user['key'], $key) && hash_equals($user['secret'], $secret)) {
                return $user['name'];
            }
        }
        foreach (self::system()->user ?? [] as $user) {
            foreach (preg_split('/\s+/', (string)$user->apikeys, -1, PREG_SPLIT_NO_EMPTY) as $pair) {
                [$known, $hash] = explode('|', $pair, 2) + ['', ''];
                if ($known === $key && password_verify($secret, $hash)) {
                    return (string)$user->name;
                }
            }
        }
        return null;
    }

    /** @return string|null the user's name */
    public static function byPassword(string $name, string $password): ?string
    {
        foreach (self::plain() as $user) {
            if ($user['name'] === $name && $password !== '' && hash_equals((string)$user['password'], $password)) {
                return $name;
            }
        }
        return null;
    }

    /**
     * @param bool $isApart whether a list with commas counts as its parts: in the old releases it does for pages alone
     * @return string[]
     */
    public static function privileges(string $name, bool $isApart = true): array
    {
        foreach (self::plain() as $user) {
            if ($user['name'] === $name) {
                return $user['privileges'];
            }
        }
        $privileges = [];
        foreach (self::system()->user ?? [] as $user) {
            if ((string)$user->name === $name) {
                foreach ($user->priv as $text) {
                    array_push($privileges, ...($isApart ? array_map('trim', explode(',', (string)$text)) : [(string)$text]));
                }
            }
        }
        return $privileges;
    }

    /** @return array|null user and csrf of a browser session, from sessions.json */
    public static function session(string $cookie): ?array
    {
        return self::json('sessions.json')[$cookie] ?? null;
    }

    private static function plain(): array
    {
        return self::json('users.json');
    }

    private static function json(string $name): array
    {
        $text = @file_get_contents(SLASH32_PREFIX . '/' . $name);
        return $text === false ? [] : json_decode($text, true) ?? [];
    }

    private static function system(): \SimpleXMLElement
    {
        return \OPNsense\Core\Config::getInstance()->object()->system;
    }
}
