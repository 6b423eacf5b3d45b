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

namespace OPNsense\Mvc;

/**
 * Stand-in: what the plugin's controllers ask of a request.
 */
final class Request
{
    private ?string $body = null;

    public function getHeader(string $header): string
    {
        $name = strtoupper(strtr($header, '-', '_'));
        return $_SERVER[$name] ?? $_SERVER["HTTP_$name"] ?? '';
    }

    public function isPost(): bool
    {
        return $_SERVER['REQUEST_METHOD'] === 'POST';
    }

    public function getRawBody(): string
    {
        return $this->body ??= (string)file_get_contents('php://input');
    }

    public function getJsonRawBody(): array|bool
    {
        return json_decode($this->getRawBody(), true) ?? false;
    }

    public function getPost(?string $name = null, ?string $filter = null, mixed $defaultValue = null): mixed
    {
        return $name === null ? $_POST : $_POST[$name] ?? $defaultValue;
    }

    public function hasPost(string $name): bool
    {
        return isset($_POST[$name]);
    }

    public function get(?string $name = null, ?string $filter = null, mixed $defaultValue = null): mixed
    {
        return $name === null ? $_REQUEST : $_REQUEST[$name] ?? $defaultValue;
    }

    public function getClientAddress(): string
    {
        return $_SERVER['REMOTE_ADDR'] ?? '';
    }
}
