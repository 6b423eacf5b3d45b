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

/**
 * Whether dhcpd does what it should after a restart. OPNsense answers "OK" to a restart whatever becomes of it.
 */
final class Health
{
    /** How long dhcpd may take to come up after its restart was answered, in seconds; less in the stand-in. */
    private const PATIENCE = 5.0;
    private const STANDIN_PATIENCE = 0.6;

    private string $confBefore;
    private int $changedBefore;

    /** Make it before the reload: it remembers what dhcpd.conf is now. */
    public function __construct(private readonly Paths $paths)
    {
        clearstatcache();
        $this->confBefore = hash('sha256', (string)@file_get_contents($paths->dhcpdConf()));
        $this->changedBefore = (int)@filemtime($paths->dhcpdConf());
    }

    /** @return array expected, running and pid, as `state/get` answers it */
    public static function now(Paths $paths, bool $expected): array
    {
        $pid = Process::read($paths->dhcpdPid());
        $running = Process::isAlive($pid);
        return ['expected' => $expected, 'running' => $running, 'pid' => $running ? $pid : null];
    }

    /**
     * @param bool $expected whether dhcpd should run at all
     * @param array $reservations mac and ipaddr of each reservation that the new dhcpd.conf must hold
     * @param int $savedAt wall clock when config.xml was saved
     * @return string '' when all is well, else what is wrong
     */
    public function problem(bool $expected, array $reservations, int $savedAt): string
    {
        $end = hrtime(true) + (int)(($this->paths->isStandIn() ? self::STANDIN_PATIENCE : self::PATIENCE) * 1e9);
        do {
            $problem = $this->look($expected, $reservations, $savedAt);
            if ($problem === '' || hrtime(true) >= $end) {
                return $problem;
            }
            usleep(200000);
        } while (true);
    }

    private function look(bool $expected, array $reservations, int $savedAt): string
    {
        $running = self::now($this->paths, $expected)['running'];
        if (!$expected) {
            return $running ? 'DHCP is switched off everywhere, but dhcpd still runs.' : '';
        }
        if (!$running) {
            return 'dhcpd does not run after its restart.';
        }
        clearstatcache();
        $conf = (string)@file_get_contents($this->paths->dhcpdConf());
        $changed = (int)@filemtime($this->paths->dhcpdConf());
        $isNew = $changed >= $savedAt || $changed !== $this->changedBefore
            || hash('sha256', $conf) !== $this->confBefore;
        if (!$isNew) {
            return 'OPNsense did not write a new dhcpd.conf, so dhcpd runs with the old one.';
        }
        $missing = self::missing($conf, $reservations);
        if ($missing === []) {
            return '';
        }
        return sprintf(
            'The new dhcpd.conf lacks %d of %d reservations, the first is %s for %s.',
            count($missing),
            count($reservations),
            $missing[0]['ipaddr'],
            $missing[0]['mac']
        );
    }

    /** @return array those reservations that no host block of the text holds */
    public static function missing(string $conf, array $reservations): array
    {
        $held = [];
        preg_match_all('/^\s*host\s+\S+\s*\{(.*?)^\s*\}/ms', $conf, $blocks);
        foreach ($blocks[1] as $block) {
            $mac = preg_match('/hardware\s+ethernet\s+([0-9a-f:]+)\s*;/i', $block, $m) ? strtolower($m[1]) : '';
            $address = preg_match('/fixed-address\s+([0-9.]+)\s*;/', $block, $m) ? $m[1] : '';
            $held[$mac . ' ' . $address] = true;
        }
        return array_values(array_filter(
            $reservations,
            fn (array $one) => !isset($held[strtolower($one['mac']) . ' ' . $one['ipaddr']])
        ));
    }
}
