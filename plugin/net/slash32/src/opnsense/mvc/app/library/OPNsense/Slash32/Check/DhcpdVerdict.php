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

namespace OPNsense\Slash32\Check;

/**
 * What `dhcpd -t` says of a candidate, in terms of config.xml: the interface and the entry that the line comes from. Keys
 * are never quoted.
 */
final class DhcpdVerdict
{
    private const BANNER =
        '/^(Internet Systems|Copyright|All rights|For info|If you|than a|bugs on|before sub|process |exit |Config file|'
        . 'Database|PID file|exiting)/';

    private const BLOCK = '/^((?:subnet|class|host|zone|key|failover peer)\b[^{]*?) *\{/';

    /** @var string[] */
    private readonly array $lines;

    private function __construct(string $candidate)
    {
        $this->lines = explode("\n", $candidate);
    }

    /**
     * @param string $candidate the text that dhcpd was given
     * @param string $output all that it said
     * @return array [['where', 'object', 'message'], …], at least one
     */
    public static function explain(string $candidate, string $output): array
    {
        $verdict = new self($candidate);
        $errors = [];
        preg_match_all('/^\S+ line (\d+): (.*)$/m', $output, $found, PREG_SET_ORDER);
        foreach ($found as [, $number, $words]) {
            // one line may be faulty in several ways; the first says enough
            $errors[$number] ??= $verdict->error((int)$number, rtrim(trim($words), '.'));
        }
        preg_match_all('/^[^:\n]* (subnet [0-9.]+ netmask [0-9.]+)$/m', $output, $found, PREG_SET_ORDER);
        foreach ($found as [$words, $subnet]) {
            $number = array_search($subnet . ' {', $verdict->lines, true);
            if ($number !== false) {
                $errors[$number + 1] ??= $verdict->error($number + 1, trim($words));
            }
        }
        if ($errors !== []) {
            return array_values($errors);
        }
        $words = preg_grep(self::BANNER, array_filter(array_map('trim', explode("\n", $output))), PREG_GREP_INVERT);
        $said = substr(preg_replace('~\S*/\S*~', 'dhcpd.conf', implode(' ', $words)), 0, 500);
        $message = $said === '' ? 'dhcpd refuses it without a word.' : $said;
        return [['where' => 'dhcpd.conf', 'object' => 'dhcpd', 'message' => $message]];
    }

    private function error(int $number, string $words): array
    {
        [$where, $object] = $this->place($number - 1);
        $line = trim($this->lines[$number - 1] ?? '');
        $isSecret = preg_match('/secret|\bkey\b|algorithm/i', $line . $words) === 1;
        $message = $isSecret || $line === '' ? $words . '.' : sprintf('%s: %s', $words, substr($line, 0, 200));
        return ['where' => $where, 'object' => $object, 'message' => $message];
    }

    /** @return string[] the interface, or the file, and the block that a line stands in */
    private function place(int $index): array
    {
        $block = '';
        for ($i = min($index, count($this->lines) - 1); $i >= 0; $i--) {
            $line = $this->lines[$i];
            if ($block === '' && preg_match('/^host s_(\w+)_(\d+) \{/', $line, $found) === 1) {
                return ['dhcpd/' . $found[1], $this->reservation($i, (int)$found[2])];
            }
            if ($i === $index && preg_match('/^\s*option custom-(\w+)-(\d+) /', $line, $found) === 1) {
                return ['dhcpd/' . $found[1], sprintf('option %d', (int)$found[2] + 1)];
            }
            if ($line === '# all interfaces') {
                break;
            }
            if (preg_match('/^# interface (\w+)$/', $line, $found) === 1) {
                return ['dhcpd/' . $found[1], $block === '' ? $found[1] : $block];
            }
            if (preg_match('/^# including custom file (\S+)/', $line, $found) === 1) {
                return ['dhcpd.opnsense.d', basename($found[1])];
            }
            if ($block === '' && preg_match(self::BLOCK, $line, $found) === 1) {
                $block = $found[1];
            }
        }
        return ['dhcpd.conf', $block === '' ? 'dhcpd.conf' : $block];
    }

    /** The reservation as other messages name it, from its host block. */
    private function reservation(int $start, int $number): string
    {
        $fields = ['hardware ethernet' => '', 'fixed-address' => '', 'option host-name' => ''];
        for ($i = $start + 1; isset($this->lines[$i]) && !str_starts_with($this->lines[$i], '}'); $i++) {
            foreach ($fields as $name => $text) {
                if (preg_match('/^\s*' . $name . ' "?(.*?)"?;$/', $this->lines[$i], $found) === 1) {
                    $fields[$name] = $found[1];
                }
            }
        }
        return vsprintf('reservation %d (%s, %s, "%s")', [$number + 1, ...array_values($fields)]);
    }
}
