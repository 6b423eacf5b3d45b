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
 * The folder that plays the firewall's disk. Makes what is missing; what is there stays.
 */
final class Folder
{
    public const DHCPD_PLUGIN = '/usr/local/etc/inc/plugins.inc.d/dhcpd.inc';
    private const DIRECTORIES = [
        'conf/backup', 'tmp', 'log', 'var/run', 'usr/local/etc/dhcpd.opnsense.d', 'usr/local/opnsense/version', 'sbin',
        'usr/sbin', 'var/dhcpd/dev', 'var/dhcpd/etc', 'var/dhcpd/lib', 'var/dhcpd/run', 'var/dhcpd/usr/local/sbin',
        'var/dhcpd/var/db', 'var/dhcpd/var/run', 'usr/local/etc/inc/plugins.inc.d',
    ];

    public static function prepare(): void
    {
        if (is_file(SLASH32_PREFIX . '/.ready')) {
            return;
        }
        $lock = fopen(SLASH32_PREFIX . '/.lock', 'c');
        flock($lock, LOCK_EX);
        if (!is_file(SLASH32_PREFIX . '/.ready')) {
            self::make();
            touch(SLASH32_PREFIX . '/.ready');
        }
        fclose($lock);
    }

    private static function make(): void
    {
        foreach (self::DIRECTORIES as $directory) {
            if (!is_dir(SLASH32_PREFIX . '/' . $directory)) {
                mkdir(SLASH32_PREFIX . '/' . $directory, 0755, true);
            }
        }
        $config = SLASH32_PREFIX . '/conf/config.xml';
        if (!is_file($config)) {
            copy(__DIR__ . '/../sample-config.xml', $config);
            chmod($config, 0640);
        }
        foreach (['sbin/ifconfig', 'usr/sbin/arp'] as $command) {
            $text = sprintf("#!/bin/sh\necho \"/%s $*\" >> '%s'\n", $command, SLASH32_PREFIX . '/log/services.log');
            $text .= $command === 'sbin/ifconfig' ? StaticArp::script() : '';
            file_put_contents(SLASH32_PREFIX . '/' . $command, $text);
            chmod(SLASH32_PREFIX . '/' . $command, 0755);
        }
        touch(SLASH32_PREFIX . self::DHCPD_PLUGIN);
        $version = SLASH32_PREFIX . '/usr/local/opnsense/version/core';
        if (!is_file($version)) {
            file_put_contents($version, '{"product_version":"26.7.2"}');
        }
        if (!is_file(SLASH32_PREFIX . '/var/dhcpd/etc/dhcpd.conf')) {
            (new Dhcpd())->restart();
        }
    }
}
