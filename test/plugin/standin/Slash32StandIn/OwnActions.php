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

namespace Slash32StandIn;

/**
 * Runs an action of actions_slash32.conf as configd does: in a process that outlives whoever asked for it.
 */
final class OwnActions
{
    private const PLACE = '/usr/local/opnsense/';
    /** Closes what PHP would hand down, above all the web server's listening socket, and becomes the command. */
    private const CLEAN = 'for f in /proc/self/fd/*; do n=${f##*/}; [ "$n" -gt 2 ] && eval "exec $n>&-"; done; exec "$@"';
    private const DAEMON = '/usr/sbin/daemon -f ';

    public function run(array $words, int $timeout, bool $isDetached = false): string
    {
        $action = $this->actions()[$words[1]] ?? null;
        if ($action === null) {
            return "Action not allowed or missing\n\n\n";
        }
        $command = $action['command'];
        $isDaemon = str_starts_with($command, self::DAEMON);
        $parts = explode(' ', $isDaemon ? substr($command, strlen(self::DAEMON)) : $command);
        $parts[0] = SLASH32_SOURCE . '/opnsense/' . substr($parts[0], strlen(self::PLACE));
        $given = array_slice($words, 2, substr_count($action['parameters'] ?? '', '%s'));
        $php = [PHP_BINARY, '-d', 'auto_prepend_file=' . dirname(__DIR__) . '/prepend.php', '-d', 'html_errors=0'];
        $whole = ['bash', '-c', self::CLEAN, 'standin', 'setsid', ...$php, ...$parts, ...$given];
        return $isDaemon || $isDetached ? $this->detach($whole) : $this->wait($whole, $timeout);
    }

    /** @return array section name => keys, read as configd reads them: everything after the first colon */
    private function actions(): array
    {
        $actions = [];
        $section = '';
        foreach (file(SLASH32_SOURCE . '/opnsense/service/conf/actions.d/actions_slash32.conf') as $line) {
            if (preg_match('/^\[(.+)\]\s*$/', $line, $found)) {
                $section = $found[1];
            } elseif (preg_match('/^(\w+)\s*:(.*)$/', $line, $found)) {
                $actions[$section][$found[1]] = trim($found[2]);
            }
        }
        return $actions;
    }

    private function detach(array $command): string
    {
        $nothing = ['file', '/dev/null', 'r'];
        $log = ['file', SLASH32_PREFIX . '/log/script.log', 'a'];
        $quoted = implode(' ', array_map('escapeshellarg', $command));
        proc_close(proc_open(['/bin/sh', '-c', $quoted . ' &'], [$nothing, $log, $log], $pipes));
        return "OK\n\n";
    }

    private function wait(array $command, int $timeout): string
    {
        $output = sprintf('%s/tmp/configd-%s', SLASH32_PREFIX, bin2hex(random_bytes(8)));
        $descriptors = [
            ['file', '/dev/null', 'r'],
            ['file', $output, 'w'],
            ['file', SLASH32_PREFIX . '/log/script.log', 'a'],
        ];
        $process = proc_open($command, $descriptors, $pipes);
        $end = hrtime(true) + $timeout * 1e9;
        do {
            usleep(5000);
            $status = proc_get_status($process);
        } while ($status['running'] && hrtime(true) < $end);
        $text = (string)file_get_contents($output);
        @unlink($output);
        return $status['running'] || $status['exitcode'] !== 0 ? '' : $text . "\n\n";
    }
}
