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
 * What one interface of `<dhcpd>` becomes in dhcpd.conf: option codes, classes, the subnet with its pools, and its
 * hosts, in the form in which OPNsense writes them.
 */
final class ConfInterface
{
    /** Architectures of network boot, and the field with the file for each. */
    private const BOOT_FILES = [
        '00:06' => 'filename32',
        '00:07' => 'filename64',
        '00:09' => 'filename64',
        '00:0a' => 'filename32arm',
        '00:0b' => 'filename64arm',
    ];

    private readonly ConfFields $section;

    /** @param string[]|null $network network and mask that it serves */
    public function __construct(
        private readonly string $id,
        private readonly \SimpleXMLElement $node,
        private readonly ?\SimpleXMLElement $interface,
        private readonly ?array $network
    ) {
        $this->section = new ConfFields($node);
    }

    public function isServed(): bool
    {
        return $this->section->has('enable') && isset($this->interface->enable) && $this->network !== null;
    }

    /** @return string[]|null network and mask */
    public function network(): ?array
    {
        return $this->network;
    }

    /** @return ConfFields[] the interface's own pool first */
    public function pools(): array
    {
        $pools = [$this->section];
        foreach (ConfFields::listed($this->node, 'pool') as $pool) {
            $pools[] = new ConfFields($pool);
        }
        return $pools;
    }

    public function updatesDns(): bool
    {
        return $this->section->has('ddnsupdate');
    }

    /** A comment by which DhcpdVerdict finds the interface of a line. */
    public function heading(): string
    {
        return sprintf("\n# interface %s\n", $this->id);
    }

    /** @return string[] definitions of the custom options; OPNsense writes them for disabled interfaces too */
    public function optionCodes(): array
    {
        $lines = [];
        foreach ($this->items() as $index => $item) {
            $type = ConfFields::text($item->type) ?: 'text';
            $lines[] = sprintf('option custom-%s-%d code %s = %s;', $this->id, $index, $item->number, $type);
        }
        return $lines;
    }

    /**
     * @param array $classes names of classes that are there already; those of this interface are added
     * @param bool $updates whether dynamic DNS is on for this interface or one before it
     */
    public function text(array &$classes, bool $updates): string
    {
        [$network, $mask] = $this->network ?? ['0.0.0.0', '255.255.255.255'];
        $text = $this->classes($classes) . sprintf("\nsubnet %s netmask %s {\n", $network, $mask);
        foreach ($this->pools() as $pool) {
            $text .= (new ConfPool($pool, $this->section, $this->id))->text();
        }
        $text .= $this->subnetOptions() . "}\n";
        $number = 0;
        foreach (ConfFields::listed($this->node, 'staticmap') as $map) {
            $name = sprintf('s_%s_%d', $this->id, $number++);
            $text .= ConfHost::text(new ConfFields($map), $this->section, $name, $updates);
        }
        return $text;
    }

    /** The OMAPI part, or ''. */
    public function omapi(): string
    {
        if (!$this->section->has('omapi')) {
            return '';
        }
        $text = sprintf("\nomapi-port %s;\n", $this->section->of('omapiport'));
        if ($this->hasOmapiKey()) {
            $text .= sprintf(
                "key omapi_key {\n  algorithm %s;\n  secret \"%s\";\n};\nomapi-key omapi_key;\n\n",
                $this->section->of('omapialgorithm'),
                $this->section->of('omapikey')
            );
        }
        return $text;
    }

    public function hasOmapiKey(): bool
    {
        return $this->section->has('omapi') && $this->section->has('omapialgorithm') && $this->section->has('omapikey');
    }

    /** A class twice in the file is one to dhcpd, but it warns; OPNsense repeats it for each interface. */
    private function classes(array &$known): string
    {
        $text = '';
        foreach ($this->pools() as $pool) {
            foreach (['mac_allow', 'mac_deny'] as $list) {
                foreach ($pool->list($list) as $mac) {
                    $name = str_replace(':', '', $mac);
                    if (isset($known[$name])) {
                        continue;
                    }
                    $known[$name] = true;
                    $text .= sprintf(
                        "class \"%s\" {\n  match if substring (hardware, 1, %d) = %s;\n}\n",
                        $name,
                        substr_count($mac, ':') + 1,
                        $mac
                    );
                }
            }
        }
        return $text;
    }

    private function subnetOptions(): string
    {
        $section = $this->section;
        $gateway = $section->of('gateway');
        $text = '';
        if ($gateway !== 'none') {
            $text .= sprintf("  option routers %s;\n", $gateway ?: $this->interface?->ipaddr);
        }
        $text .= $section->line('domain', '  option domain-name "%s";');
        $text .= $section->searchList('  ');
        if ($section->has('ddnsupdate')) {
            $text .= $section->line('ddnsdomain', '  ddns-domainname "%s";');
        }
        $text .= $section->addresses('dnsserver', '  option domain-name-servers %s;');
        $text .= $section->line('defaultleasetime', '  default-lease-time %s;');
        $text .= $section->line('maxleasetime', '  max-lease-time %s;');
        $text .= $section->line('minsecs', '  min-secs %s;');
        $text .= $section->line('interface_mtu', '  option interface-mtu %s;');
        $text .= $section->addresses('winsserver', "  option netbios-name-servers %s;\n  option netbios-node-type 8;");
        $text .= $section->addresses('ntpserver', '  option ntp-servers %s;');
        if ($section->of('tftp') !== '') {
            $text .= $section->line('tftp', '  option tftp-server-name "%s";');
            $text .= $section->line('bootfilename', '  option bootfile-name "%s";');
        }
        foreach ($this->items() as $index => $item) {
            $type = ConfFields::text($item->type) ?: 'text';
            $form = $type === 'text' ? "  option custom-%s-%d \"%s\";\n" : "  option custom-%s-%d %s;\n";
            $text .= sprintf($form, $this->id, $index, $item->value);
        }
        $text .= $section->line('ldap', '  option ldap-server "%s";');
        return $text . ($section->has('netboot') ? $this->netboot() : '');
    }

    private function netboot(): string
    {
        $section = $this->section;
        $text = $section->line('nextserver', '  next-server %s;');
        $branches = [];
        if ($section->of('filenameipxe') !== '') {
            $branches[] = ['exists user-class and option user-class = "iPXE"', $section->of('filenameipxe')];
        }
        foreach (self::BOOT_FILES as $arch => $field) {
            if ($section->of($field) !== '') {
                $branches[] = ['option arch = ' . $arch, $section->of($field)];
            }
        }
        $file = $section->of('filename');
        if ($branches === []) {
            $text .= $file === '' ? '' : sprintf("  filename \"%s\";\n", $file);
        } else {
            $parts = array_map(fn (array $one) => sprintf("if %s {\n    filename \"%s\";\n  }", ...$one), $branches);
            $text .= '  ' . implode(' else ', $parts);
            $text .= ($file === '' ? '' : sprintf(" else {\n    filename \"%s\";\n  }", $file)) . "\n";
        }
        return $text . $section->line('rootpath', '  option root-path "%s";');
    }

    /** @return \SimpleXMLElement[] */
    private function items(): array
    {
        $options = $this->node->numberoptions;
        return $options->count() === 1 ? ConfFields::listed($options[0], 'item') : [];
    }
}
