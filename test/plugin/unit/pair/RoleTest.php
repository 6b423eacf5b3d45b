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

namespace Slash32Test\Pair;

use OPNsense\Slash32\Pair\Role;
use PHPUnit\Framework\TestCase;

final class RoleTest extends TestCase
{
    /** @dataProvider roles */
    public function testIsJudgedOnEveryCarpAddress(array $statuses, string $role): void
    {
        $root = simplexml_load_string('<opnsense><interfaces>'
            . '<lan><if>em1</if><enable>1</enable></lan><opt1><if>em2</if><enable>1</enable></opt1><opt2><if>em3</if></opt2>'
            . '</interfaces><virtualip>'
            . '<vip><mode>carp</mode><interface>lan</interface><vhid>1</vhid><subnet>192.168.1.1</subnet></vip>'
            . '<vip><mode>carp</mode><interface>opt1</interface><vhid>2</vhid><subnet>2001:db8::1</subnet></vip>'
            . '<vip><mode>carp</mode><interface>opt2</interface><vhid>3</vhid><subnet>10.9.0.1</subnet></vip>'
            . '<vip><mode>ipalias</mode><interface>lan</interface><subnet>192.168.1.9</subnet></vip>'
            . '</virtualip></opnsense>');
        $carp = fn (?string $status, string $vhid) => $status === null ? [] : ['carp' => [$vhid => ['status' => $status]]];
        $devices = ['em1' => $carp($statuses[0], '1'), 'em2' => $carp($statuses[1], '2'), 'em3' => []];
        self::assertSame($role, Role::of(Role::addresses($root, $devices)));
    }

    public function roles(): array
    {
        return [
            'master on all' => [['MASTER', 'MASTER'], 'master'],
            'backup on the address of IPv6 alone' => [['MASTER', 'BACKUP'], 'backup'],
            'one that has not begun' => [['MASTER', 'INIT'], 'backup'],
            'one that cannot be seen' => [['MASTER', null], 'unknown'],
            'backup on one, and another that cannot be seen' => [['BACKUP', null], 'backup'],
        ];
    }

    public function testANodeWithoutCarpIsAloneAndMayLead(): void
    {
        self::assertSame([], Role::addresses(simplexml_load_string('<opnsense/>'), []));
        self::assertSame('none', Role::of([]));
        self::assertTrue(Role::mayLead('none'));
        self::assertFalse(Role::mayLead('unknown'));
    }
}
