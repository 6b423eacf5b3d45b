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

namespace Slash32Test\Engine;

use OPNsense\Slash32\Engine\Command;
use OPNsense\Slash32\Engine\Paths;
use PHPUnit\Framework\TestCase;

/**
 * A test with a folder of its own that plays the firewall's disk.
 */
abstract class BoxCase extends TestCase
{
    protected Paths $paths;

    protected function setUp(): void
    {
        $this->paths = new Paths(SLASH32_PREFIX . '/box-' . bin2hex(random_bytes(6)));
        $directories = ['conf', 'tmp', 'log', 'var/run', 'var/dhcpd/etc', 'var/dhcpd/var/run'];
        foreach ($directories as $directory) {
            mkdir($this->paths->prefix . '/' . $directory, 0755, true);
        }
        file_put_contents($this->paths->config(), '<?xml version="1.0"?><opnsense/>');
    }

    protected function tearDown(): void
    {
        Command::run(['/bin/rm', '-rf', $this->paths->prefix]);
    }

    protected function put(string $name, mixed $content): void
    {
        $text = is_string($content) ? $content : json_encode($content);
        file_put_contents($this->paths->prefix . '/' . $name, $text);
    }
}
