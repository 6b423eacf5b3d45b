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

use OPNsense\Core\Config;

/**
 * Plays OPNsense's dhcpd: ends the old process, writes dhcpd.conf from config.xml and starts a harmless process whose id
 * is in the pid file. A file `dhcpd.broken` in the folder makes it fail: `dead` (nothing comes up), `old` (no new
 * dhcpd.conf), `empty` (no host in it), or `once` (dead, and the file is removed).
 */
final class Dhcpd
{
    public function restart(): void
    {
        $broken = trim((string)@file_get_contents(SLASH32_PREFIX . '/dhcpd.broken'));
        $this->stop();
        Config::getInstance()->forceReload();
        $root = Config::getInstance()->object();
        StaticArp::configure($root);
        if ($broken === 'once') {
            unlink(SLASH32_PREFIX . '/dhcpd.broken');
        }
        $isHomeless = !is_dir(dirname($this->conf())) || !is_dir(dirname($this->pidFile()));
        if ($broken === 'dead' || $broken === 'once' || $isHomeless) {
            return;
        }
        if ($broken !== 'old') {
            file_put_contents($this->conf(), self::text($root, $broken !== 'empty'));
        }
        if (isset($root->dhcpd)) {
            $this->start();
        }
    }

    public function stop(): void
    {
        $pid = (int)@file_get_contents($this->pidFile());
        if ($pid > 1) {
            posix_kill($pid, 9);
        }
        @unlink($this->pidFile());
    }

    /** The parts of OPNsense's dhcpd.conf that matter here, in its own shape. */
    public static function text(\SimpleXMLElement $root, bool $withHosts = true): string
    {
        $options = '';
        $blocks = '';
        foreach ($root->dhcpd?->children() ?? [] as $id => $section) {
            $interface = $root->interfaces->$id;
            if (!isset($section->enable) || !isset($interface->ipaddr)) {
                continue;
            }
            $own = '';
            $number = 0;
            foreach ($section->numberoptions->item ?? [] as $item) {
                $type = (string)$item->type === '' ? 'text' : (string)$item->type;
                $value = $type === 'text' ? '"' . $item->value . '"' : (string)$item->value;
                $options .= "option custom-$id-$number code {$item->number} = $type;\n";
                $own .= "\n  option custom-$id-$number $value;\n";
                $number++;
            }
            $blocks .= self::classes($section) . self::subnet($section, $interface, $own);
            $blocks .= $withHosts ? self::hosts((string)$id, $section) : '';
        }
        return "option domain-name \"{$root->system->domain}\";\noption ldap-server code 95 = text;\n"
            . "option arch code 93 = unsigned integer 16; # RFC4578\noption pac-webui code 252 = text;\n$options\n"
            . "default-lease-time 7200;\nmax-lease-time 86400;\nlog-facility local7;\none-lease-per-client true;\n"
            . "deny duplicates;\nping-check true;\nupdate-conflict-detection false;\nauthoritative;\n$blocks\n"
            . "ddns-update-style none;\n";
    }

    private static function classes(\SimpleXMLElement $section): string
    {
        $text = '';
        foreach (array_filter(explode(',', (string)$section->mac_allow)) as $mac) {
            $length = substr_count($mac, ':') + 1;
            $name = str_replace(':', '', $mac);
            $text .= "class \"$name\" {\n  match if substring (hardware, 1, $length) = $mac;\n}\n";
        }
        return $text;
    }

    private static function subnet(\SimpleXMLElement $section, \SimpleXMLElement $interface, string $options): string
    {
        $mask = (0xffffffff << (32 - (int)$interface->subnet)) & 0xffffffff;
        $network = long2ip(ip2long((string)$interface->ipaddr) & $mask);
        $allow = isset($section->denyunknown) ? "    deny unknown-clients;\n" : '';
        foreach (array_filter(explode(',', (string)$section->mac_allow)) as $mac) {
            $allow .= '    allow members of "' . str_replace(':', '', $mac) . "\";\n";
        }
        $router = (string)$section->gateway;
        $routers = match ($router) {
            'none' => '',
            '' => "  option routers {$interface->ipaddr};\n",
            default => "  option routers $router;\n",
        };
        return "\nsubnet $network netmask " . long2ip($mask) . " {\n  pool {\n$allow    range {$section->range->from} "
            . "{$section->range->to};\n  }\n\n$routers$options}\n";
    }

    private static function hosts(string $id, \SimpleXMLElement $section): string
    {
        $text = '';
        $number = 0;
        foreach ($section->staticmap as $map) {
            $text .= "\nhost s_{$id}_$number {\n  hardware ethernet {$map->mac};\n";
            $text .= (string)$map->ipaddr === '' ? '' : "  fixed-address {$map->ipaddr};\n";
            if ((string)$map->hostname !== '') {
                $name = strtr((string)$map->hostname, ' .', '__');
                $text .= "  option host-name \"$name\";\n  set hostname-override = config-option host-name;\n";
            }
            $text .= "}\n";
            $number++;
        }
        return $text;
    }

    /** Like the real one it takes its pid file along when it is told to end. */
    private function start(): void
    {
        $daemon = sprintf('trap "rm -f %s; exit 0" TERM; read -rt 3600 <> <(:)', escapeshellarg($this->pidFile()));
        $command = sprintf(
            'for f in /proc/self/fd/*; do n=${f##*/}; [ "$n" -gt 2 ] && eval "exec $n>&-"; done; '
            . 'setsid bash -c %s & echo $! > %s',
            escapeshellarg($daemon),
            escapeshellarg($this->pidFile())
        );
        $null = ['file', '/dev/null', 'w'];
        proc_close(proc_open(['bash', '-c', $command], [['file', '/dev/null', 'r'], $null, $null], $pipes));
    }

    private function conf(): string
    {
        return SLASH32_PREFIX . '/var/dhcpd/etc/dhcpd.conf';
    }

    private function pidFile(): string
    {
        return SLASH32_PREFIX . '/var/dhcpd/var/run/dhcpd.pid';
    }
}
