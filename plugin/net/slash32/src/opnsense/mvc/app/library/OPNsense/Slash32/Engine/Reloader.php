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

use OPNsense\Core\Backend;

/**
 * Makes the services take over what config.xml says: each one once, and in the order in which they need each other.
 */
final class Reloader
{
    private const COMMANDS = [
        'aliases' => ['template reload OPNsense/Filter', 'filter refresh_aliases'],
        'filter' => ['filter reload skip_alias'],
        'dns' => ['dns reload'],
        'dhcpd' => ['dhcpd restart'],
        'neighbours' => ['interface neighbor configure'],
    ];

    /** How long configd may take for one command, in seconds: as long as OPNsense itself gives it. */
    private const PATIENCE = 120;
    /** Longer than all of them together, in seconds. Whoever reloads for longer than this hangs. */
    public const LONGEST = 900.0;

    public function __construct(private readonly Paths $paths, private readonly Backend $backend)
    {
    }

    /**
     * @param array $names some of the services, in any order
     * @param bool $dhcpdExpected whether an interface is left on which DHCP is switched on
     * @param string[] $released devices whose static ARP ends
     * @return array name => note, for each service that answered something else than that all is well
     */
    public function reload(array $names, bool $dhcpdExpected, array $released): array
    {
        $notes = [];
        foreach (self::ordered($names) as $name) {
            if ($name === 'dhcpd' && !$dhcpdExpected) {
                // OPNsense does not list dhcpd as a service then, so that its restart would leave the old one running
                Process::signal(Process::read($this->paths->dhcpdPid()), 'TERM');
                continue;
            }
            foreach ($name === 'neighbours' ? $released : [] as $device) {
                (new StaticArp($this->paths))->off($device);
            }
            if ($name === 'dhcpd') {
                (new DhcpdHome($this->paths))->ensure();
            }
            foreach (self::COMMANDS[$name] as $command) {
                Steps::at('reload ' . $name, $this->paths);
                $answer = trim((string)$this->backend->configdRun($command, false, self::PATIENCE));
                if ($answer === '' || str_starts_with($answer, 'Error') || $answer === 'ERR') {
                    $notes[$name] ??= sprintf(
                        'Reloading %s did not go well: `configctl %s` answered "%s". config.xml is as it should be; see '
                        . 'the log of the firewall.',
                        $name,
                        $command,
                        substr($answer, 0, 80)
                    );
                }
            }
        }
        return $notes;
    }

    /** @return array the known names among these, once each, in the order of reloading */
    public static function ordered(array $names): array
    {
        return array_values(array_intersect(array_keys(self::COMMANDS), $names));
    }
}
