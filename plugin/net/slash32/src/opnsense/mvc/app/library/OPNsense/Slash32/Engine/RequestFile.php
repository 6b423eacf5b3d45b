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
 * How a call gets from the web server, which may not be root, to the script, which is: in a file of its own, so that
 * neither a token nor a large body is ever a process argument or in configd's log.
 */
final class RequestFile
{
    /** The user as which OPNsense can run its web server. */
    private const WEB_USER = 'wwwonly';

    public function __construct(private readonly Paths $paths)
    {
    }

    /** @return string the name by which the script finds the call */
    public function write(mixed $body, string $user, string $address): string
    {
        $name = bin2hex(random_bytes(16));
        $before = umask(0077);
        try {
            $handle = @fopen($this->paths->request($name), 'xe');
        } finally {
            umask($before);
        }
        if ($handle === false) {
            throw new Failure('The request could not be handed to configd: no file can be made in /tmp.');
        }
        $text = Json::encode(['body' => $body, 'user' => $user, 'address' => $address]);
        $done = fwrite($handle, $text) === strlen($text) && fclose($handle);
        if (!$done) {
            $this->remove($name);
            throw new Failure('The request could not be handed to configd: /tmp is full.');
        }
        return $name;
    }

    /** Takes the file away where the script did not get to it. */
    public function remove(string $name): void
    {
        @unlink($this->paths->request($name));
    }

    /**
     * Reads and removes a request.
     * @return array body, user and address
     * @throws Failure when it is not a plain file of root or of the web server
     */
    public function take(string $name): array
    {
        if (!preg_match('/^[0-9a-f]{32}\z/', $name)) {
            throw new Failure('This is not the name of a request.');
        }
        $file = $this->paths->request($name);
        $link = @lstat($file);
        $handle = $link === false ? false : @fopen($file, 're');
        if ($handle === false) {
            throw new Failure('The request is not there any more.');
        }
        $open = fstat($handle);
        $isSame = $open['ino'] === $link['ino'] && $open['dev'] === $link['dev'];
        if (!$isSame || ($link['mode'] & 0170000) !== 0100000 || !in_array($open['uid'], $this->trusted(), true)) {
            throw new Failure('The request is not a plain file of the web server.');
        }
        @unlink($file);
        $request = Json::decode((string)stream_get_contents($handle));
        fclose($handle);
        if (!is_array($request) || !isset($request['user'], $request['address'])) {
            throw new Failure('The request is not whole.');
        }
        return $request + ['body' => null];
    }

    /** @return int[] user ids that may hand in requests: root, the web server, and in the stand-in whoever runs the tests */
    private function trusted(): array
    {
        $ids = [0];
        foreach (@file('/etc/passwd') ?: [] as $line) {
            $fields = explode(':', $line);
            if ($fields[0] === self::WEB_USER && isset($fields[2])) {
                $ids[] = (int)$fields[2];
            }
        }
        if ($this->paths->isStandIn()) {
            $ids[] = (int)fileowner($this->paths->config());
        }
        return $ids;
    }
}
