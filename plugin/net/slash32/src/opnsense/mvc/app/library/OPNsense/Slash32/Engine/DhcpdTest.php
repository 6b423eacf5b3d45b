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

use OPNsense\Core\Shell;

/**
 * Asks the real dhcpd whether it would start with a configuration, before anything is saved.
 */
final class DhcpdTest
{
    private const BANNER =
        '/^(Internet Systems|Copyright|All rights|For info|If you|than a|bugs on|before sub|process )/';

    public function __construct(private readonly Paths $paths)
    {
    }

    /** @return array what dhcpd objects to, as `errors` of a refusal; empty when it would start */
    public function objections(string $conf): array
    {
        $binary = $this->paths->dhcpdBinary();
        if (!is_file($binary)) {
            return [$this->error('dhcpd', sprintf('%s is not there: the package os-isc-dhcp is missing.', $binary))];
        }
        $stem = sprintf('%s/slash32-test-%s', $this->paths->temporary(), bin2hex(random_bytes(16)));
        $leases = $stem . '.leases';
        try {
            SafeFile::write($stem . '.conf', $conf);
            SafeFile::write($leases, '');
            $lines = Shell::shell_safe(
                '%s -t -cf %s -lf %s -pf %s 2>&1; echo "exit $?"',
                [$binary, $stem . '.conf', $leases, $stem . '.pid'],
                true
            );
        } finally {
            foreach (['.conf', '.leases', '.pid'] as $end) {
                @unlink($stem . $end);
            }
        }
        if (end($lines) === 'exit 0') {
            return [];
        }
        return $this->explain($lines, $stem . '.conf', explode("\n", $conf));
    }

    /** Takes dhcpd's own words, without the path of the temporary file, and adds the line that they are about. */
    private function explain(array $lines, string $file, array $conf): array
    {
        $errors = [];
        foreach ($lines as $line) {
            if (!preg_match('/^' . preg_quote($file, '/') . ' line (\d+): (.*)$/', trim($line), $found)) {
                continue;
            }
            $number = (int)$found[1];
            $errors[] = $this->error(
                $this->block($conf, $number),
                rtrim($found[2], '.') . $this->quote($conf[$number - 1] ?? '')
            );
        }
        if ($errors !== []) {
            return array_slice($errors, 0, 50);
        }
        $words = preg_grep(self::BANNER, $lines, PREG_GREP_INVERT);
        $said = trim(str_replace($file, 'dhcpd.conf', implode(' ', array_slice($words, 0, -1))));
        return [$this->error('dhcpd.conf', $said === '' ? 'dhcpd -t failed without a word.' : substr($said, 0, 500))];
    }

    /** The line, unless it may hold a key of dynamic DNS or OMAPI. */
    private function quote(string $line): string
    {
        return preg_match('/secret|key/i', $line) ? '' : ': ' . substr(trim($line), 0, 200);
    }

    /** The name of the block that a line is in, such as `host s_opt1_3`. */
    private function block(array $conf, int $number): string
    {
        for ($i = min($number, count($conf)) - 1; $i >= 0; $i--) {
            if (preg_match('/^\s*((?:host|subnet|class|pool)\b[^{]*)\{/', $conf[$i], $found)) {
                return trim($found[1]);
            }
        }
        return 'dhcpd.conf';
    }

    private function error(string $object, string $message): array
    {
        return ['where' => 'dhcpd.conf', 'object' => $object, 'message' => $message];
    }
}
