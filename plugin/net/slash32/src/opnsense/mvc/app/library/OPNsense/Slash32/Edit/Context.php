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
 * What the checks must know about the firewall besides config.xml.
 */
final class Context
{
    /**
     * @param string[] $scope ids of the interfaces that may be touched
     * @param string|null $caller address that the request came from, IPv4 or IPv6
     * @param array $arp address => MAC in lower case
     * @param array $carp the node's CARP addresses with their status, as Pair\Role has them
     * @param string $runningConf text of the running dhcpd.conf, '' without one
     * @param array $staticArp device => whether it is in static ARP mode, of the devices that are there
     * @param string[] $ownMacs of the firewall's devices, in lower case
     * @param string[] $publishes lines of where redirects may stand
     * @param array $includes file name => text of dhcpd.opnsense.d
     */
    public function __construct(
        public readonly array $scope,
        public readonly ?string $caller,
        public readonly array $arp,
        public readonly array $carp,
        public readonly string $runningConf,
        public readonly array $includes,
        public readonly ?ModelCheck $models,
        public readonly int $maxConfirmSeconds,
        public readonly array $staticArp = [],
        public readonly array $publishes = [],
        public readonly array $ownMacs = []
    ) {
    }
}
