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

namespace OPNsense\Slash32\Pair;

/**
 * What the other node answered, told by its effect: OPNsense brings a refused login back as a text with the status "done",
 * and an unknown method as a fault among others. A value.
 */
final class Word
{
    private const LOGIN = 'The peer refused the login, or does not let that user synchronise.';
    private const NO_PLUGIN = 'The peer has no os-slash32 1.5 or newer, so nobody can read there what arrived.';

    /**
     * @param string $code '' for an answer, else why there is none
     * @param string $message for people
     * @param array $answer what the other os-slash32 said
     */
    private function __construct(
        public readonly string $code,
        public readonly string $message,
        public readonly array $answer = []
    ) {
    }

    public function isAnswer(): bool
    {
        return $this->code === '';
    }

    /** The same where the peer began and did not finish in time. */
    public function late(): self
    {
        return new self('unreachable', 'The peer took what was sent, but did not finish with it within ten minutes.');
    }

    /** @param mixed $decoded what `slash32 ask_peer` printed: status, and response or message */
    public static function of(mixed $decoded): self
    {
        $own = self::ofOwn($decoded);
        if (!$own->isAnswer()) {
            return $own;
        }
        $response = $decoded['response'] ?? null;
        if ($response === false) {
            return new self('no-peer', 'System: High Availability: Settings names no peer, so nothing was sent.');
        }
        $answer = is_string($response) ? json_decode($response, true) : null;
        if (!is_array($answer) || !isset($answer['result'])) {
            return new self('failed', 'The peer answered something that this plugin does not understand.');
        }
        if ($answer['result'] === 'failed') {
            return new self('failed', 'The peer: ' . self::line($answer['message'] ?? 'it did not work.'));
        }
        if (($answer['api'] ?? null) !== Statement::API) {
            return new self('old-plugin', 'The peer has another version of os-slash32, so nobody can read there what arrived.');
        }
        return new self('', '', $answer);
    }

    /** @param mixed $decoded what `system ha exec` printed */
    public static function ofOwn(mixed $decoded): self
    {
        if (!is_array($decoded)) {
            return new self('failed', 'configd gave no answer: it is not known what the peer has.');
        }
        if (is_string($decoded['response'] ?? null) && trim($decoded['response']) === 'Authentication failed') {
            return new self('login', self::LOGIN);
        }
        if (($decoded['status'] ?? '') !== 'error') {
            return new self('', is_string($decoded['response'] ?? null) ? self::line($decoded['response']) : '', $decoded);
        }
        $said = self::line($decoded['message'] ?? 'no reason was given');
        if (preg_match('/requested .* does not exist|not specified/', $said) === 1) {
            return new self('no-plugin', self::NO_PLUGIN);
        }
        if (str_starts_with($said, 'fetch error')) {
            return new self('unreachable', sprintf('The peer does not answer: %s.', rtrim($said, '.')));
        }
        return new self('failed', sprintf('The peer was asked and answered: %s.', rtrim($said, '.')));
    }

    private static function line(mixed $text): string
    {
        return substr(trim((string)preg_replace('/\s+/', ' ', is_string($text) ? $text : '')), 0, 300);
    }
}
