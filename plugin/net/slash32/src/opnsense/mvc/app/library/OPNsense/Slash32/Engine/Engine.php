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

use OPNsense\Core\Backend;
use OPNsense\Core\Syslog;
use OPNsense\Slash32\Pair\Statement;
use OPNsense\Slash32\Request\ApplyRequest;
use OPNsense\Slash32\Request\Refusal;

/**
 * The calls of the plugin, one method each, as root. Each takes the engine lock, puts right what is left over from
 * before, does its work and answers with one array as docs/plugin-api.md has it. None throws.
 */
final class Engine
{
    /** How long a call waits for those before it, in seconds. */
    private const PATIENCE = 600.0;
    /** state/get only looks: it does not wait for an apply that is under way. */
    private const GLANCE = 2.0;

    private readonly Parts $parts;

    public function __construct(?Parts $parts = null)
    {
        $this->parts = $parts ?? new Parts(Paths::standard(), new Backend());
    }

    public function state(string $user, string $address): array
    {
        return $this->guard(function () use ($user, $address) {
            $this->glance();
            return $this->parts->state()->get($user, $address);
        });
    }

    /** What the GUI shows. */
    public function status(): array
    {
        return $this->guard(function () {
            $this->glance();
            return $this->parts->state()->status();
        });
    }

    /** The open connections of the firewall, for a look before something closes. */
    public function connections(): array
    {
        return $this->guard(function () {
            $rows = $this->parts->connections()->rows();
            if ($rows === null) {
                throw new Failure('The firewall did not list its states.');
            }
            return ['result' => 'ok', 'connections' => $rows];
        });
    }

    public function apply(mixed $body, string $user, string $address): array
    {
        return $this->guard(function () use ($body, $user, $address) {
            $request = ApplyRequest::parse($body);
            $answer = $this->locked(fn () => $this->parts->apply()->run($request, $user, $address));
            if ($answer['result'] === 'applied' && $answer['confirm'] === null) {
                $peer = $this->parts->pushes()->glance($answer['id']);
                $isSaid = $peer !== null && !$peer['pushed'];
                $notes = $isSaid ? ['The change is kept on this firewall, and the peer was not seen to take it: ' . $peer['message']] : [];
                $answer['notes'] = array_merge($answer['notes'], $notes, $peer['notes'] ?? []);
            }
            return $answer;
        }, ['apply', $body, $user, $address]);
    }

    /** @param string $verb confirm or rollback */
    public function end(string $verb, mixed $body, string $user = '', string $address = ''): array
    {
        return $this->guard(function () use ($verb, $body, $user) {
            $owner = is_array($body) ? $body['owner'] ?? null : null;
            $token = is_array($body) ? $body['token'] ?? null : null;
            if (!is_string($owner) || !is_string($token) || $owner === '' || $token === '') {
                throw new Refusal('invalid', [[
                    'where' => 'body',
                    'object' => $verb,
                    'message' => 'It takes {"owner": "…", "token": "…"}, both text.',
                ]]);
            }
            $id = substr(hash('sha256', $token), 0, 16);
            return $this->pushed($id, $this->locked(function () use ($verb, $owner, $token, $user) {
                $this->parts->store->look(fn (\SimpleXMLElement $root) => Bindings::demand($root, $owner, $user));
                return $this->parts->ending()->byToken($verb, $owner, $token);
            }));
        }, [$verb, $body, $user, $address]);
    }

    /** The same from the GUI: the body has the id of the change. */
    public function endById(string $verb, mixed $body, string $user): array
    {
        return $this->guard(function () use ($verb, $body, $user) {
            $id = is_array($body) ? $body['id'] ?? null : null;
            if (!is_string($id) || !preg_match('/^[0-9a-f]{16}\z/', $id)) {
                return ['result' => 'unknown'];
            }
            return $this->pushed($id, $this->locked(fn () => $this->parts->ending()->byId($verb, $id, $user)));
        }, [$verb, $body, $user, '']);
    }

    public function settle(): array
    {
        $answer = $this->guard(fn () => $this->locked(function () {
            $this->parts->settle()->retry();
            return ['result' => 'ok'];
        }, false));
        $this->parts->pushes()->pay();
        return $answer;
    }

    /** What the other node of a pair asks, before and after it synchronises this one. */
    public function peer(mixed $body): array
    {
        return $this->guard(function () use ($body) {
            $said = Statement::parse($body);
            return match ($said === null ? '' : $body['verb'] ?? '') {
                'look' => $this->parts->follow()->look($said),
                'follow' => $this->parts->ticket()->start($body),
                'outcome' => $this->parts->ticket()->outcome((string)($body['ticket'] ?? '')),
                default => ['result' => 'refused', 'api' => Statement::API],
            };
        });
    }

    /** The work that the other node waits for, in a process of its own. */
    public function follow(mixed $body): array
    {
        $said = Statement::parse($body);
        $ticket = is_array($body) ? (string)($body['ticket'] ?? '') : '';
        if ($said === null) {
            return ['result' => 'refused', 'api' => Statement::API];
        }
        $answer = $this->guard(fn () => $this->locked(fn () => $this->parts->follow()->run($said)));
        return $this->guard(function () use ($ticket, $answer) {
            $this->parts->ticket()->finish($ticket, $answer);
            return $answer;
        });
    }

    /** Waits over unconfirmed changes; returns when there are none. */
    public function watch(): void
    {
        $this->parts->watch()->run();
    }

    /**
     * Takes the lock, settles what is left over, works; what a failing work leaves is settled as well.
     * @param bool $isPaid whether somebody is sent to the peer with what is owed to it
     */
    private function locked(\Closure $work, bool $isPaid = true): array
    {
        if (!$this->parts->lock->acquire(self::PATIENCE)) {
            throw new Failure('Another change has been under way for ten minutes.');
        }
        try {
            $this->parts->settle()->run();
            try {
                return $work();
            } catch (Refusal $e) {
                throw $e;
            } catch (\Throwable $e) {
                $this->parts->settle()->run();
                throw $e;
            }
        } finally {
            if ($this->parts->records->all() !== []) {
                $this->parts->watchdog()->ensure();
            }
            $this->parts->lock->release();
            if ($isPaid && $this->parts->debts->isAnyDue()) {
                // a peer that does not answer must not hold up this call
                $this->parts->backend->configdRun('slash32 settle', true);
            }
        }
    }

    /** Settles what has expired if nobody else is at work, and has the watch go on if it died. */
    private function glance(): void
    {
        if ($this->parts->records->all() === []) {
            return;
        }
        if ($this->parts->settle()->isNeeded() && $this->parts->lock->acquire(self::GLANCE)) {
            try {
                $this->parts->settle()->run();
            } finally {
                $this->parts->lock->release();
            }
        }
        if ($this->parts->records->all() !== []) {
            $this->parts->watchdog()->ensure();
        }
    }

    private function pushed(string $id, array $answer): array
    {
        if ($answer['result'] === 'confirmed') {
            $answer['peer'] = $this->parts->pushes()->glance($id);
        }
        return $answer;
    }

    /** @param array $call verb, body, user and address, for the log */
    private function guard(\Closure $work, array $call = ['', null, '', '']): array
    {
        $answer = $this->tried($work);
        [$verb, $body, $user, $address] = $call;
        RefusalLog::note($answer, $verb, is_array($body) ? $body['owner'] ?? null : null, $user, $address);
        return $answer;
    }

    private function tried(\Closure $work): array
    {
        try {
            return $work();
        } catch (Refusal $e) {
            return ['result' => 'refused', 'code' => $e->reason, 'errors' => $e->errors];
        } catch (\Throwable $e) {
            $message = sprintf('%s (%s:%d)', $e->getMessage(), basename($e->getFile()), $e->getLine());
            (new Syslog('slash32'))->error($message);
            return ['result' => 'failed', 'message' => $this->meaning($e)];
        }
    }

    /** What an unexpected end means for the firewall, which people want to know first. */
    private function meaning(\Throwable $e): string
    {
        $what = $e instanceof Failure ? $e->getMessage() : 'Something unexpected happened inside the plugin.';
        $then = $this->parts->records->all() === []
            ? 'No change is left half done: nothing was changed, or it was put back.'
            : 'A change may not be complete; it is rolled back by itself as soon as that is possible.';
        return sprintf('%s %s The log of the firewall (slash32) has the details.', $what, $then);
    }
}
