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

/**
 * Every place outside PHP that the engine reads or writes. The prefix is empty on a firewall; only the stand-in of the
 * tests defines SLASH32_PREFIX, so that the same code runs in a folder.
 */
final class Paths
{
    public function __construct(public readonly string $prefix)
    {
    }

    public static function standard(): self
    {
        return new self(defined('SLASH32_PREFIX') ? (string)constant('SLASH32_PREFIX') : '');
    }

    /** Whether this is the stand-in, where tests may set clocks and inject faults. */
    public function isStandIn(): bool
    {
        return $this->prefix !== '';
    }

    public function config(): string
    {
        return $this->prefix . '/conf/config.xml';
    }

    /** One copy of config.xml for each save. */
    public function backups(): string
    {
        return $this->prefix . '/conf/backup';
    }

    /** Pending records and history; survives a reboot. */
    public function state(): string
    {
        return $this->prefix . '/conf/slash32';
    }

    /** Where the web server leaves a request: `slash32-HEX.json`. */
    public function request(string $hex): string
    {
        return $this->temporary() . '/slash32-' . $hex . '.json';
    }

    public function temporary(): string
    {
        return $this->prefix . '/tmp';
    }

    public function engineLock(): string
    {
        return $this->prefix . '/var/run/slash32.lock';
    }

    public function watchLock(): string
    {
        return $this->prefix . '/var/run/slash32-watch.lock';
    }

    /** Whoever pushes to the peer holds it. */
    public function pushLock(): string
    {
        return $this->prefix . '/var/run/slash32-push.lock';
    }

    /** Where OPNsense has its ISC DHCP, in itself or by os-isc-dhcp. */
    public function dhcpdPlugin(): string
    {
        return $this->prefix . '/usr/local/etc/inc/plugins.inc.d/dhcpd.inc';
    }

    /** Left by the early boot script; /var/run is emptied at every boot. */
    public function bootMark(): string
    {
        return $this->prefix . '/var/run/slash32.boot';
    }

    /** The folder that dhcpd sees as its root. */
    public function dhcpdHome(): string
    {
        return $this->prefix . '/var/dhcpd';
    }

    public function mount(): string
    {
        return $this->prefix . '/sbin/mount';
    }

    public function chown(): string
    {
        return $this->prefix . '/usr/sbin/chown';
    }

    public function dhcpdConf(): string
    {
        return $this->prefix . '/var/dhcpd/etc/dhcpd.conf';
    }

    public function dhcpdPid(): string
    {
        return $this->prefix . '/var/dhcpd/var/run/dhcpd.pid';
    }

    /** Text that OPNsense appends to dhcpd.conf as it is. */
    public function dhcpdIncludes(): string
    {
        return $this->prefix . '/usr/local/etc/dhcpd.opnsense.d';
    }

    public function dhcpdBinary(): string
    {
        $usual = '/usr/local/sbin/dhcpd';
        return $this->isStandIn() && !is_file($usual) ? '/usr/sbin/dhcpd' : $usual;
    }

    public function ifconfig(): string
    {
        return $this->prefix . '/sbin/ifconfig';
    }

    public function arp(): string
    {
        return $this->prefix . '/usr/sbin/arp';
    }

    public function coreVersion(): string
    {
        return $this->prefix . '/usr/local/opnsense/version/core';
    }

    public function pluginVersion(): string
    {
        return $this->prefix . '/usr/local/opnsense/version/slash32';
    }
}
