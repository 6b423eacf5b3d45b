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

use OPNsense\Slash32\Engine\Health;

require_once __DIR__ . '/BoxCase.php';

final class HealthTest extends BoxCase
{
    private const CONF = "host s_opt1_0 {\n  hardware ethernet 00:16:3E:00:01:01;\n  fixed-address 10.10.1.11;\n"
        . "  option host-name \"a\";\n}\n\nhost s_opt1_1 {\n  hardware ethernet 00:16:3e:00:01:02;\n}\n";

    public function testFindsEachReservationInItsHostBlock(): void
    {
        $held = ['mac' => '00:16:3e:00:01:01', 'ipaddr' => '10.10.1.11'];
        $moved = ['mac' => '00:16:3e:00:01:01', 'ipaddr' => '10.10.1.12'];
        $without = ['mac' => '00:16:3e:00:01:02', 'ipaddr' => ''];
        self::assertSame([$moved], Health::missing(self::CONF, [$held, $moved, $without]));
        self::assertSame([$held], Health::missing('', [$held]));
    }

    public function testTakesAnAddressOfOneHostNotForThatOfAnother(): void
    {
        $crossed = ['mac' => '00:16:3e:00:01:02', 'ipaddr' => '10.10.1.11'];
        self::assertSame([$crossed], Health::missing(self::CONF, [$crossed]));
    }

    public function testWantsDhcpdAliveAndItsFileNew(): void
    {
        $health = new Health($this->paths);
        self::assertStringContainsString('does not run', $health->problem(true, [], 0));
        $this->put('var/dhcpd/var/run/dhcpd.pid', (string)getmypid());
        $this->put('var/dhcpd/etc/dhcpd.conf', self::CONF);
        self::assertSame('', $health->problem(true, [['mac' => '00:16:3e:00:01:01', 'ipaddr' => '10.10.1.11']], time()));
        $later = new Health($this->paths);
        self::assertStringContainsString('did not write a new dhcpd.conf', $later->problem(true, [], time() + 60));
        $missing = $health->problem(true, [['mac' => '02:00:00:00:00:01', 'ipaddr' => '10.10.1.9']], 0);
        self::assertStringContainsString('lacks 1 of 1 reservations, the first is 10.10.1.9', $missing);
    }

    public function testWantsDhcpdGoneWhereNoInterfaceHasDhcp(): void
    {
        $health = new Health($this->paths);
        self::assertSame('', $health->problem(false, [], 0));
        $this->put('var/dhcpd/var/run/dhcpd.pid', (string)getmypid());
        self::assertStringContainsString('still runs', $health->problem(false, [], 0));
    }

    public function testTakesAPidFileOfADeadProcessNotForLife(): void
    {
        $this->put('var/dhcpd/var/run/dhcpd.pid', '999999');
        $health = Health::now($this->paths, true);
        self::assertSame(['expected' => true, 'running' => false, 'pid' => null], $health);
    }
}
