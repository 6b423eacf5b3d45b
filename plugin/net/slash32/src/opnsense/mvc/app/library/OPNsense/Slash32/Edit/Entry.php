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

namespace OPNsense\Slash32\Edit;

use OPNsense\Slash32\Request\Marker;

/**
 * One static mapping as it stands in config.xml.
 */
final class Entry
{
    public const FIELDS = ['mac', 'ipaddr', 'hostname', 'descr'];
    public const ARP = 'arp_table_static_entry';

    public readonly string $mac;
    public readonly string $ipaddr;
    public readonly string $hostname;
    public readonly string $descr;
    public readonly bool $arp;
    public readonly ?string $owner;

    public function __construct(public readonly int $index, public readonly \DOMElement $node)
    {
        $fields = [];
        foreach (Xml::children($node) as $child) {
            $fields[$child->nodeName] ??= trim($child->textContent);
        }
        $this->mac = self::normalise($fields['mac'] ?? '');
        $this->ipaddr = $fields['ipaddr'] ?? '';
        $this->hostname = $fields['hostname'] ?? '';
        $this->descr = $fields['descr'] ?? '';
        $this->arp = !in_array($fields[self::ARP] ?? '', ['', '0'], true);
        $this->owner = Marker::owner($this->descr);
    }

    /** @return Entry[] those of an interface, in order */
    public static function all(?\DOMElement $section): array
    {
        $entries = [];
        foreach ($section === null ? [] : Xml::children($section, 'staticmap') as $index => $node) {
            $entries[] = new self($index, $node);
        }
        return $entries;
    }

    /** One from its source text. */
    public static function of(string $source): self
    {
        return new self(0, Xml::import(new \DOMDocument(), $source));
    }

    /** A MAC address in lower case with colons, where it is one; else as written. */
    public static function normalise(string $mac): string
    {
        $bare = strtolower(str_replace(['-', ':', '.'], '', $mac));
        return preg_match('/^[0-9a-f]{12}$/D', $bare) ? implode(':', str_split($bare, 2)) : $mac;
    }

    /** The MAC address in the form in which it stands there, in lower case: dhcpd takes colons only. */
    public function writtenMac(): string
    {
        return strtolower(Xml::text($this->node, 'mac'));
    }

    public function name(): string
    {
        return sprintf('reservation %d (%s, %s, "%s")', $this->index + 1, $this->mac, $this->ipaddr, $this->hostname);
    }
}
