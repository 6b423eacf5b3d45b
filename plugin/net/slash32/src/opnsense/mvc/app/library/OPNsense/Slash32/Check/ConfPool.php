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
 * One address pool of an interface in dhcpd.conf. A field that says the same as the interface is not repeated.
 */
final class ConfPool
{
    public function __construct(
        private readonly ConfFields $pool,
        private readonly ConfFields $section,
        private readonly string $id
    ) {
    }

    public function text(): string
    {
        $pool = $this->pool;
        $text = "  pool {\n" . $pool->addresses('dnsserver', '    option domain-name-servers %s;');
        foreach (['mac_allow' => 'allow', 'mac_deny' => 'deny'] as $list => $word) {
            foreach ($pool->list($list) as $mac) {
                $text .= sprintf("    %s members of \"%s\";\n", $word, str_replace(':', '', $mac));
            }
        }
        $text .= $pool->of('failover_peerip') === '' ? '' : "    deny dynamic bootp clients;\n";
        $text .= $pool->has('denyunknown') ? "    deny unknown-clients;\n" : '';
        $text .= $pool->has('ignoreuids') ? "    ignore-client-uids true;\n" : '';
        if ($pool->of('gateway') !== 'none') {
            $text .= $this->own('gateway', '    option routers %s;');
        }
        if ($this->section->of('failover_peerip') !== '') {
            $text .= sprintf("    failover peer \"dhcp_%s\";\n", $this->id);
        }
        $text .= $this->own('domain', '    option domain-name "%s";');
        $text .= $this->differs('domainsearchlist') ? $pool->searchList('    ') : '';
        $text .= $pool->has('ddnsupdate') ? $this->own('ddnsdomain', '    ddns-domainname "%s";') : '';
        $text .= $this->own('defaultleasetime', '    default-lease-time %s;');
        $text .= $this->own('maxleasetime', '    max-lease-time %s;');
        $text .= $this->own('interface_mtu', '    option interface-mtu %s;');
        if ($this->differs('winsserver')) {
            $form = "    option netbios-name-servers %s;\n    option netbios-node-type 8;";
            $text .= $pool->addresses('winsserver', $form);
        }
        $text .= $this->differs('ntpserver') ? $pool->addresses('ntpserver', '    option ntp-servers %s;') : '';
        if ($this->differs('tftp') && $pool->of('tftp') !== '') {
            $text .= $this->own('tftp', '    option tftp-server-name "%s";');
            $text .= $this->own('bootfilename', '    option bootfile-name "%s";');
        }
        $text .= $this->own('ldap', '    option ldap-server "%s";');
        if ($pool->has('netboot')) {
            $text .= $this->own('nextserver', '    next-server %s;');
            $text .= $this->own('filename', '    filename "%s";');
            $text .= $this->own('rootpath', '    option root-path "%s";');
        }
        return $text . sprintf("    range %s %s;\n  }\n\n", ...$pool->range());
    }

    private function own(string $field, string $form): string
    {
        return $this->differs($field) ? $this->pool->line($field, $form) : '';
    }

    private function differs(string $field): bool
    {
        return $this->pool->of($field) !== $this->section->of($field);
    }
}
