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
 * MACs that no client on a segment has.
 */
final class Macs
{
    /** Closed ranges are open to this one, since nobody has it. */
    private const NOBODYS = '02:00:00:00:00:00';

    /**
     * Why no client has it; null when one may.
     * @param string $mac in lower case with colons
     * @param string[] $own those of the firewall's own devices
     */
    public static function objection(string $mac, array $own): ?string
    {
        if ($mac === self::NOBODYS || $mac === '00:00:00:00:00:00') {
            return sprintf('%s stands for nobody.', $mac);
        }
        if ((hexdec(substr($mac, 0, 2)) & 1) === 1) {
            return sprintf('%s stands for a group, not for one client.', $mac);
        }
        return in_array($mac, $own, true) ? sprintf('%s is a device of the firewall itself.', $mac) : null;
    }
}
