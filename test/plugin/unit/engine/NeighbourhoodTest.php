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

namespace Slash32Test\Engine;

use OPNsense\Slash32\Engine\Neighbourhood;
use PHPUnit\Framework\TestCase;

final class NeighbourhoodTest extends TestCase
{
    private Neighbourhood $neighbourhood;

    protected function setUp(): void
    {
        $this->neighbourhood = new Neighbourhood([
            ['id' => 'lan', 'device' => 'em1', 'ipaddr' => '192.168.1.1', 'subnet' => 24],
            ['id' => 'opt1', 'device' => 'em2', 'ipaddr' => '10.10.1.1', 'subnet' => 24],
            ['id' => 'opt2', 'device' => 'em3', 'ipaddr' => '10.20.0.1', 'subnet' => 16],
            ['id' => 'opt3', 'device' => 'em4', 'ipaddr' => '', 'subnet' => 0],
        ], ['opt1', 'opt2', 'opt3']);
    }

    public function testTellsLeasesOfTheInterfacesInScopeOnly(): void
    {
        $rows = [
            ['address' => '10.10.1.120', 'binding' => 'active', 'hardware' => ['mac-address' => '00:16:3E:00:00:07'],
                'client-hostname' => 'old'],
            ['address' => '10.20.9.9', 'hardware' => []],
            ['address' => '10.10.1.121', 'binding' => 'free'],
            ['address' => '192.168.1.120', 'binding' => 'active'],
            ['address' => 'nonsense'],
            [],
        ];
        self::assertSame([
            ['interface' => 'opt1', 'address' => '10.10.1.120', 'mac' => '00:16:3e:00:00:07', 'hostname' => 'old'],
            ['interface' => 'opt2', 'address' => '10.20.9.9', 'mac' => '', 'hostname' => ''],
        ], $this->neighbourhood->leases($rows));
    }

    public function testTellsNeighboursByTheirDevice(): void
    {
        $rows = [
            ['mac' => '00:16:3E:00:01:01', 'ip' => '10.10.1.11', 'intf' => 'em2', 'permanent' => true, 'expired' => false],
            ['mac' => '00:16:3e:00:01:02', 'ip' => '10.10.1.12', 'intf' => 'em2', 'expired' => true],
            ['mac' => '00:16:3e:00:01:03', 'ip' => '192.168.1.5', 'intf' => 'em1'],
        ];
        self::assertSame([
            ['interface' => 'opt1', 'address' => '10.10.1.11', 'mac' => '00:16:3e:00:01:01', 'permanent' => true],
        ], $this->neighbourhood->neighbours($rows));
    }
}
