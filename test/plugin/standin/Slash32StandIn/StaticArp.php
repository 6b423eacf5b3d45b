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

namespace Slash32StandIn;

/**
 * Which devices are in static ARP mode, one a line in the file `staticarp`. OPNsense changes that at each start of DHCP,
 * by what the sections of `<dhcpd>` say; where DHCP is on nowhere it changes nothing.
 */
final class StaticArp
{
    /** @return string[] */
    public static function devices(): array
    {
        $text = (string)@file_get_contents(self::file());
        return array_values(array_filter(explode("\n", $text)));
    }

    public static function configure(\SimpleXMLElement $root): void
    {
        $isOn = false;
        foreach ($root->dhcpd?->children() ?? [] as $id => $section) {
            $isOn = $isOn || (isset($section->enable) && isset($root->interfaces->$id));
        }
        $devices = array_fill_keys(self::devices(), true);
        foreach ($isOn ? $root->dhcpd->children() : [] as $id => $section) {
            $one = $root->interfaces->$id;
            if ((string)$one?->if === '' || !isset($one->enable)) {
                continue;
            }
            unset($devices[(string)$one->if]);
            if (isset($section->staticarp)) {
                $devices[(string)$one->if] = true;
            }
        }
        file_put_contents(self::file(), implode('', array_map(fn ($device) => "$device\n", array_keys($devices))));
    }

    /** What the command ifconfig does to the same file. */
    public static function script(): string
    {
        return sprintf(
            "F='%s'; case \"$2\" in -staticarp) grep -vx \"$1\" \"\$F\" > \"\$F.new\"; mv \"\$F.new\" \"\$F\";; "
            . "staticarp) echo \"$1\" >> \"\$F\";; esac\n",
            self::file()
        );
    }

    private static function file(): string
    {
        return SLASH32_PREFIX . '/staticarp';
    }
}
