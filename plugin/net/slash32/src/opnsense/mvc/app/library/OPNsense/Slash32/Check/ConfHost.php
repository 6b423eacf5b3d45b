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
 * One static mapping in dhcpd.conf.
 */
final class ConfHost
{
    /** @param string $name such as s_opt1_0: OPNsense numbers the mappings of an interface */
    public static function text(ConfFields $map, ConfFields $section, string $name, bool $updates): string
    {
        $text = sprintf("\nhost %s {\n", $name);
        $text .= $map->line('mac', '  hardware ethernet %s;');
        $text .= $map->line('cid', '  option dhcp-client-identifier "%s";');
        $text .= $map->line('ipaddr', '  fixed-address %s;');
        $hostname = strtr($map->of('hostname'), ' .', '__');
        if ($hostname !== '') {
            $text .= sprintf("  option host-name \"%s\";\n", $hostname);
            $text .= $updates ? sprintf("  ddns-hostname \"%s\";\n", $hostname) : '';
            $text .= "  set hostname-override = config-option host-name;\n";
        }
        $text .= $map->line('filename', '  filename "%s";');
        $text .= $map->line('rootpath', '  option root-path "%s";');
        $own = fn (string $field) => $map->of($field) !== $section->of($field);
        if ($map->of('gateway') !== 'none' && $own('gateway')) {
            $text .= $map->line('gateway', '  option routers %s;');
        }
        $text .= $own('domain') ? $map->line('domain', '  option domain-name "%s";') : '';
        $text .= $own('domainsearchlist') ? $map->searchList('  ') : '';
        if ($updates && $own('ddnsdomain')) {
            $text .= $map->line('ddnsdomain', '  ddns-domainname "%s";');
        }
        $text .= $own('dnsserver') ? $map->addresses('dnsserver', '  option domain-name-servers %s;') : '';
        $text .= $own('defaultleasetime') ? $map->line('defaultleasetime', '  default-lease-time %s;') : '';
        $text .= $own('maxleasetime') ? $map->line('maxleasetime', '  max-lease-time %s;') : '';
        if ($own('winsserver')) {
            $form = "  option netbios-name-servers %s;\n  option netbios-node-type 8;";
            $text .= $map->addresses('winsserver', $form);
        }
        $text .= $own('ntpserver') ? $map->addresses('ntpserver', '  option ntp-servers %s;') : '';
        if ($own('tftp') && $map->of('tftp') !== '') {
            $text .= $map->line('tftp', '  option tftp-server-name "%s";');
            $text .= $own('bootfilename') ? $map->line('bootfilename', '  option bootfile-name "%s";') : '';
        }
        return $text . "}\n";
    }
}
