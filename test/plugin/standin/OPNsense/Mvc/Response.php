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
 * Stand-in: an answer.
 */
final class Response
{
    private mixed $content = '';
    private bool $isSent = false;

    public function setContent(mixed $content): void
    {
        $this->content = $content;
    }

    public function setContentType(string $type, ?string $charset = null): void
    {
        $this->setHeader('Content-Type', $charset === null ? $type : "$type; charset=$charset");
    }

    public function setHeader(string $name, string $value): void
    {
        header("$name: $value");
    }

    public function isSent(): bool
    {
        return $this->isSent;
    }

    public function send(): void
    {
        $this->isSent = true;
        if (is_array($this->content)) {
            echo json_encode($this->content);
        } else {
            echo (string)$this->content;
        }
    }
}
