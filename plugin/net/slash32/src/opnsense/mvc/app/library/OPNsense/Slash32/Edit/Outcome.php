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
 * What an apply changed in the tree, and what follows from it.
 */
final class Outcome
{
    /**
     * @param array $changes one plain array for each touched node, in the order of making, as Restorer takes them
     * @param array $changed counts, as docs/plugin-api.md says
     * @param string[] $reload some of aliases, filter, dns, dhcpd, neighbours
     * @param string|null $candidateConf text for `dhcpd -t`; null when DHCP is not touched
     * @param array $expected [['mac', 'ipaddr'], …] that the new dhcpd.conf must hold
     * @param string[] $notes
     * @param bool $dhcpdExpected whether an assigned interface is left on which DHCP is switched on
     * @param string[] $dormant ids of interfaces where static ARP was set before and comes into force with the restart
     */
    public function __construct(
        public readonly array $changes,
        public readonly array $changed,
        public readonly array $reload,
        public readonly ?string $candidateConf,
        public readonly array $expected,
        public readonly array $notes,
        public readonly bool $dhcpdExpected,
        public readonly array $dormant = []
    ) {
    }
}
