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

namespace OPNsense\Slash32\Engine;

use OPNsense\Core\Syslog;

/**
 * Takes static ARP off devices. OPNsense does so itself only while the interface has a section in `<dhcpd>` and DHCP is
 * switched on somewhere; else the device would go on talking to nobody until the next restart.
 */
final class StaticArp
{
    public function __construct(private readonly Paths $paths)
    {
    }

    /**
     * @param \SimpleXMLElement $root config.xml after the change or after its undoing
     * @param array $changes what an apply wrote
     * @return string[] devices whose static ARP these changes concern and that should have none now
     */
    public static function released(\SimpleXMLElement $root, array $changes): array
    {
        $devices = [];
        foreach ($changes as $change) {
            if (($change['kind'] ?? '') !== 'setting' || $change['setting'] !== 'static_arp') {
                continue;
            }
            $id = $change['interface'];
            $device = trim((string)$root->interfaces?->$id?->if);
            if (!isset($root->dhcpd?->$id?->staticarp) && $device !== '') {
                $devices[] = $device;
            }
        }
        return $devices;
    }

    /**
     * @param string[] $dormant interfaces on which a change put static ARP in force that was set before it
     * @return string[] their devices, where it is set as it was: config.xml being as it was does not take them out again
     */
    public static function dormant(\SimpleXMLElement $root, array $dormant): array
    {
        $set = array_filter($dormant, fn (string $id) => isset($root->dhcpd?->$id?->staticarp));
        $devices = array_map(fn (string $id) => trim((string)$root->interfaces?->$id?->if), $set);
        return array_values(array_filter($devices, fn (string $device) => $device !== ''));
    }

    /** What the device learned by itself counts again, and what it was told is forgotten; safe to repeat. */
    public function off(string $device): void
    {
        $switched = Command::run([$this->paths->ifconfig(), $device, '-staticarp']);
        if ($switched['code'] !== 0) {
            $said = implode(' ', $switched['lines']);
            (new Syslog('slash32'))->error(sprintf('Static ARP could not be taken off %s: %s', $device, $said));
        }
        Command::run([$this->paths->arp(), '-d', '-i', $device, '-a']);
    }
}
