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

use OPNsense\Slash32\Check\DhcpdVerdict;

/**
 * Asks the real dhcpd whether it would start with a configuration, before anything is saved.
 */
final class DhcpdTest
{
    /** Objections that are told; the first ones say enough. */
    private const MOST = 50;

    public function __construct(private readonly Paths $paths)
    {
    }

    /** @return array what dhcpd objects to, as `errors` of a refusal; empty when it would start */
    public function objections(string $conf): array
    {
        $binary = $this->paths->dhcpdBinary();
        if (!is_file($binary)) {
            return [[
                'where' => 'dhcpd.conf',
                'object' => 'dhcpd',
                'message' => sprintf('%s is not there: the package os-isc-dhcp is missing.', $binary),
            ]];
        }
        $stem = sprintf('%s/slash32-test-%s', $this->paths->temporary(), bin2hex(random_bytes(16)));
        $leases = $stem . '.leases';
        try {
            SafeFile::write($stem . '.conf', $conf);
            SafeFile::write($leases, '');
            ['code' => $code, 'lines' => $lines] = Command::run(
                [$binary, '-t', '-cf', $stem . '.conf', '-lf', $leases, '-pf', $stem . '.pid']
            );
        } finally {
            foreach (['.conf', '.leases', '.pid'] as $end) {
                @unlink($stem . $end);
            }
        }
        if ($code === 0) {
            return [];
        }
        return array_slice(DhcpdVerdict::explain($conf, implode("\n", $lines)), 0, self::MOST);
    }
}
