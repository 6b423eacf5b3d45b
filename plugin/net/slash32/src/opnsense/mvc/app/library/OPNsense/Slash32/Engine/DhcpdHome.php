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

use OPNsense\Core\Syslog;

/**
 * The folders in which dhcpd lives. OPNsense makes them at boot and not at a restart, so that they are missing where
 * ISC DHCP was installed after the last boot, and then dhcpd does not come up.
 */
final class DhcpdHome
{
    private const FOLDERS = ['dev', 'etc', 'lib', 'run', 'usr', 'usr/local/sbin', 'var/db', 'var/run'];

    public function __construct(private readonly Paths $paths)
    {
    }

    /** Makes what is missing, as OPNsense would; touches nothing where nothing is. */
    public function ensure(): void
    {
        $home = $this->paths->dhcpdHome();
        $missing = array_filter(self::FOLDERS, fn (string $folder) => !is_dir("$home/$folder"));
        if ($missing === []) {
            return;
        }
        foreach ($missing as $folder) {
            @mkdir("$home/$folder", 0755, true);
        }
        $mount = $this->paths->mount();
        if (Command::run([$mount, '-uw', "$home/dev"])['code'] !== 0) {
            Command::run([$mount, '-t', 'devfs', 'devfs', "$home/dev"]);
        }
        Command::run([$this->paths->chown(), '-R', 'dhcpd:dhcpd', $home]);
        (new Syslog('slash32'))->notice('Made the folders of dhcpd, which the firewall makes when it starts.');
    }
}
