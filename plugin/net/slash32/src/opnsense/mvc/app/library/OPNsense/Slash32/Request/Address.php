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

namespace OPNsense\Slash32\Request;

/**
 * IPv4 arithmetic on addresses in dotted form.
 */
final class Address
{
    /** Four numbers up to 255 without leading zeros. */
    public static function isValid(string $address): bool
    {
        return filter_var($address, FILTER_VALIDATE_IP, FILTER_FLAG_IPV4) !== false;
    }

    /** `10.0.0.0/8`, host bits allowed as OPNsense allows them. */
    public static function isNetwork(string $text): bool
    {
        $parts = explode('/', $text);
        return count($parts) === 2 && self::isValid($parts[0]) && preg_match('/^(\d|[12]\d|3[0-2])$/D', $parts[1]) === 1;
    }

    /** The number of an address; false for what is none. */
    public static function number(string $address): int|false
    {
        return self::isValid($address) ? ip2long($address) : false;
    }

    /** Whether an address lies in a network given by any of its addresses and its prefix length. */
    public static function isInside(string $address, string $network, int $bits): bool
    {
        $mask = (0xffffffff << (32 - $bits)) & 0xffffffff;
        $number = self::number($address);
        $base = self::number($network);
        return $number !== false && $base !== false && ($number & $mask) === ($base & $mask);
    }
}
