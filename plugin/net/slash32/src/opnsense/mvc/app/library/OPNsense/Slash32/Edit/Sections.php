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

/**
 * The elements of `<dhcpd>` by interface: found, made, and taken away when nothing is left in them.
 */
final class Sections
{
    public function __construct(private readonly \DOMElement $root)
    {
    }

    public function find(string $interface): ?\DOMElement
    {
        return Xml::child(Xml::child($this->root, 'dhcpd'), $interface);
    }

    public function ensure(string $interface): \DOMElement
    {
        return Xml::ensure($this->root, 'dhcpd', $interface);
    }

    /** `<dhcpd>` itself stays, since OPNsense's status of DHCP fails without it. */
    public function dropEmpty(string $interface): void
    {
        $section = $this->find($interface);
        if ($section !== null && Xml::children($section) === []) {
            Xml::remove($section);
        }
    }

    /**
     * Notes whether the element of an interface came with the edits, and takes it away when it holds nothing after them.
     * @param bool $existed whether it was there before the edits
     * @return array the change, in a list, or nothing
     */
    public function settle(string $interface, bool $existed): array
    {
        $section = $this->find($interface);
        $isEmpty = $section === null || Xml::children($section) === [];
        $change = ['kind' => 'section', 'interface' => $interface, 'name' => $interface];
        if ($existed && $isEmpty) {
            $change += ['before' => Xml::source($section), 'after' => null, 'place' => Xml::place($section)];
            Xml::remove($section);
            return [$change];
        }
        if (!$existed && !$isEmpty) {
            return [$change + ['before' => null, 'after' => '', 'place' => Xml::place($section)]];
        }
        if (!$existed) {
            $this->dropEmpty($interface);
        }
        return [];
    }

    /** Puts an element back that went because nothing was left in it. */
    public function bringBack(array $change): void
    {
        if ($this->find($change['interface']) === null) {
            $dhcpd = Xml::ensure($this->root, 'dhcpd');
            Xml::putAt($dhcpd, Xml::import($dhcpd->ownerDocument, $change['before']), $change['place']);
        }
    }
}
