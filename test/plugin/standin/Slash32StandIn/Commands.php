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
 * Answers what the plugin asks of OPNsense's own configd actions. Those that touch a service are noted in
 * log/services.log, one line each.
 */
final class Commands
{
    private const READING = [
        'interface list arp json' => 'arp.json',
        'dhcpd list leases 0' => 'leases.json',
    ];
    private const TOUCHING = [
        'template reload OPNsense/Filter' => "OK\n\n",
        'filter refresh_aliases' => "{\"status\": \"ok\"}\n\n",
        'filter reload skip_alias' => "OK\n\n",
        'dns reload' => "OK\n\n",
        'dhcpd restart' => "OK\n\n",
        'interface neighbor configure' => "OK\n\n",
    ];

    public function run(array $words): string
    {
        $command = implode(' ', $words);
        if ($command === 'interface list ifconfig') {
            return json_encode($this->read('ifconfig.json') ?? Devices::fromConfig());
        }
        if (isset(self::READING[$command])) {
            return json_encode($this->read(self::READING[$command]) ?? []);
        }
        if (array_slice($words, 0, 3) === ['filter', 'list', 'states']) {
            $rows = $this->read('states.json') ?? [];
            return json_encode(['details' => $rows, 'total_entries' => count($rows), 'total' => count($rows)]);
        }
        if (array_slice($words, 0, 3) === ['filter', 'kill', 'state']) {
            return $this->kill($words[3] ?? '', $words[4] ?? '');
        }
        if (str_starts_with($command, 'system ha exec ')) {
            $this->note($command);
            return Pair::execute(array_slice($words, 3));
        }
        if (!isset(self::TOUCHING[$command])) {
            return "Action not allowed or missing\n\n\n";
        }
        $this->note($command);
        if ($command === 'dhcpd restart') {
            (new Dhcpd())->restart();
        }
        return self::TOUCHING[$command];
    }

    /** `pfctl -k id -k ID/CREATOR`: one state or none; what states-back.json has for it comes instead. */
    private function kill(string $id, string $creator): string
    {
        $rows = $this->read('states.json') ?? [];
        $left = array_values(array_filter($rows, fn (array $row) => $row['id'] !== $id . '/' . $creator));
        $back = $this->read('states-back.json') ?? [];
        $comes = count($left) < count($rows) ? $back[$id . '/' . $creator] ?? [] : [];
        file_put_contents(SLASH32_PREFIX . '/states.json', json_encode([...$left, ...$comes]));
        return sprintf("killed %d states\n", count($rows) - count($left));
    }

    /** What control.json says about a command: `sleep` seconds, or an `answer` instead of doing anything. */
    public static function control(string $command): array
    {
        $all = json_decode((string)@file_get_contents(SLASH32_PREFIX . '/control.json'), true) ?? [];
        foreach ($all as $start => $control) {
            if (str_starts_with($command, $start)) {
                return $control;
            }
        }
        return [];
    }

    private function note(string $command): void
    {
        file_put_contents(SLASH32_PREFIX . '/log/services.log', $command . "\n", FILE_APPEND | LOCK_EX);
    }

    private function read(string $name): ?array
    {
        $text = @file_get_contents(SLASH32_PREFIX . '/' . $name);
        return $text === false ? null : json_decode($text, true);
    }
}
