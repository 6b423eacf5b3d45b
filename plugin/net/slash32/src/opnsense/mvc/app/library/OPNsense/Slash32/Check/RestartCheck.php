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

use OPNsense\Slash32\Request\ApplyRequest;

/**
 * Whether the restart of DHCP that a request needs would put static ARP in force on an interface where somebody left it
 * set. The request may say that it may; where it asks for static ARP there itself, that is said.
 */
final class RestartCheck
{
    /** @param string[] $closing ids of the interfaces that the restart closes */
    public static function run(ApplyRequest $request, array $closing, Errors $errors): void
    {
        foreach (array_diff($closing, self::asked($request), $request->acceptStaticArp) as $id) {
            $errors->add('restart', 'dhcpd/' . $id, $id, sprintf(
                'Static ARP was left set on %s and is not in force. The restart of DHCP would put it in force and cut off '
                . 'everybody there without a reservation. Clear it under Services: ISC DHCPv4, or name the interface in '
                . 'accept_static_arp.',
                $id
            ));
        }
    }

    /**
     * @param string[] $closing
     * @return string[] those on which static ARP was set before the request
     */
    public static function dormant(ApplyRequest $request, array $closing): array
    {
        return array_values(array_diff($closing, self::asked($request)));
    }

    /** @return string[] */
    private static function asked(ApplyRequest $request): array
    {
        $asking = array_filter($request->segments, fn ($one) => ($one->settings['static_arp'] ?? false) === true);
        return array_column($asking, 'interface');
    }
}
