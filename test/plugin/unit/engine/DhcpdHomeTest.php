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

use OPNsense\Slash32\Engine\Command;
use OPNsense\Slash32\Engine\DhcpdHome;

require_once __DIR__ . '/BoxCase.php';

/** The folders of dhcpd on a firewall where ISC DHCP was installed after the last boot. */
final class DhcpdHomeTest extends BoxCase
{
    private const FOLDERS = ['dev', 'etc', 'lib', 'run', 'usr/local/sbin', 'var/db', 'var/run'];

    protected function setUp(): void
    {
        parent::setUp();
        foreach (['sbin/mount' => 1, 'usr/sbin/chown' => 0] as $name => $code) {
            @mkdir($this->paths->prefix . '/' . dirname($name), 0755, true);
            $this->put($name, "#!/bin/sh\necho \"$name $*\" >> '{$this->paths->prefix}/log/calls'\nexit $code\n");
            chmod($this->paths->prefix . '/' . $name, 0755);
        }
    }

    public function testMakesAllOfThemAsOPNsenseDoesAtBoot(): void
    {
        $home = $this->paths->dhcpdHome();
        Command::run(['/bin/rm', '-rf', $home]);
        (new DhcpdHome($this->paths))->ensure();
        foreach (self::FOLDERS as $folder) {
            self::assertDirectoryExists("$home/$folder");
        }
        self::assertSame([
            "sbin/mount -uw $home/dev",
            "sbin/mount -t devfs devfs $home/dev",
            "usr/sbin/chown -R dhcpd:dhcpd $home",
        ], $this->calls());
    }

    public function testTouchesNothingWhereNothingIsMissing(): void
    {
        foreach (self::FOLDERS as $folder) {
            @mkdir($this->paths->dhcpdHome() . '/' . $folder, 0755, true);
        }
        (new DhcpdHome($this->paths))->ensure();
        self::assertSame([], $this->calls());
    }

    public function testKeepsWhatIsThere(): void
    {
        $this->put('var/dhcpd/etc/dhcpd.conf', 'kept');
        (new DhcpdHome($this->paths))->ensure();
        self::assertSame('kept', file_get_contents($this->paths->dhcpdConf()));
        self::assertContains('usr/sbin/chown -R dhcpd:dhcpd ' . $this->paths->dhcpdHome(), $this->calls());
    }

    private function calls(): array
    {
        return @file($this->paths->prefix . '/log/calls', FILE_IGNORE_NEW_LINES) ?: [];
    }
}
