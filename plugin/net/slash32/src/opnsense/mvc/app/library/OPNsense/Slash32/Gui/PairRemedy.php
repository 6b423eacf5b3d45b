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

namespace OPNsense\Slash32\Gui;

/**
 * What somebody at the firewall does where the peer did not take a change. slash32 has words of its own for the same codes.
 */
final class PairRemedy
{
    /** @param string $code as Pair\Outcome has it; '' for one that needs nobody */
    public static function of(string $code): string
    {
        return match ($code) {
            'no-peer' => gettext('Name it in System: High Availability: Settings, or switch the push off in the settings of slash32.'),
            'items' => gettext('Choose it in System: High Availability: Settings.'),
            'login' => gettext(
                'Correct user and password in System: High Availability: Settings, or give that user the privilege XMLRPC Library there.'
            ),
            'no-plugin', 'old-plugin' => gettext('Install the same os-slash32 on both.'),
            'changed-there', 'differs' => gettext(
                'Look at both, carry over to the master what is right, then use Synchronize in System: High Availability: Status.'
            ),
            'dhcpd' => gettext('Correct there what the log of ISC DHCPv4 names.'),
            'no-dhcpd' => gettext('Install os-isc-dhcp there.'),
            'backup', 'unknown-role' => gettext('Have slash32 apply on the master what is still wanted.'),
            default => gettext('This firewall tries again by itself.'),
        };
    }
}
