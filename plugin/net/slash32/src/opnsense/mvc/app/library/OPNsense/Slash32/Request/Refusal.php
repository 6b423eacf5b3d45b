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

namespace OPNsense\Slash32\Request;

/**
 * Why a request is refused. Nothing was written and no service was touched when it is thrown.
 */
final class Refusal extends \RuntimeException
{
    /** As many errors as an answer lists; the rest is counted. */
    public const LISTED = 50;

    public readonly array $errors;

    /**
     * @param string $reason a code of docs/plugin-api.md
     * @param array $errors [['where' =>, 'object' =>, 'message' =>], …], at least one
     */
    public function __construct(public readonly string $reason, array $errors)
    {
        $more = count($errors) - self::LISTED;
        if ($more > 0) {
            $text = count($errors) < Form::KEPT ? 'And %d more.' : 'And %d more at least.';
            $errors = array_slice($errors, 0, self::LISTED);
            $errors[] = ['where' => '', 'object' => '', 'message' => sprintf($text, $more)];
        }
        $this->errors = $errors;
        parent::__construct(sprintf('%s: %s', $reason, $errors[0]['message'] ?? ''));
    }
}
