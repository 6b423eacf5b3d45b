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

namespace OPNsense\Slash32\Check;

use OPNsense\Slash32\Edit\Context;
use OPNsense\Slash32\Pair\Role;
use OPNsense\Slash32\Request\ApplyRequest;
use OPNsense\Slash32\Request\RedirectRequest;
use OPNsense\Slash32\Request\RuleRequest;

/**
 * Whether a request keeps to the interfaces that the plugin may touch, and to this node. Before the edits.
 */
final class ScopeCheck
{
    private readonly ScopeReach $reach;

    public function __construct(
        private readonly \DOMElement $root,
        private readonly Context $context,
        private readonly Interfaces $interfaces,
        private readonly Errors $errors
    ) {
        $this->reach = new ScopeReach($interfaces, $context->scope);
    }

    public function run(ApplyRequest $request): void
    {
        foreach ($request->segments as $segment) {
            $this->checkInterface($segment->where, $segment->interface, false);
        }
        $aliases = $request->aliases === null
            ? ScopeReach::present($this->root, $request->owner) : ScopeReach::asked($request->aliases);
        foreach ($request->rules ?? [] as $rule) {
            $this->checkInterface($rule->where, $rule->interface, $this->isPublishing($rule, $aliases));
        }
        foreach ($request->redirects ?? [] as $redirect) {
            $this->checkRedirect($redirect);
        }
        (new PublishCheck($this->root, $this->context->publishes))->run($request, $this->errors);
        if ($this->context->scope === [] && ($request->aliases ?? []) !== []) {
            $message = 'The plugin may touch no interface, and so no alias: see Services > slash32 > Settings.';
            $this->errors->add('scope', 'aliases', '', $message);
        }
        if ($request->confirmSeconds > $this->context->maxConfirmSeconds) {
            $this->errors->add('confirm_time', 'confirm_seconds', (string)$request->confirmSeconds, sprintf(
                'The longest time to confirm is %d seconds: see Services > slash32 > Settings.',
                $this->context->maxConfirmSeconds
            ));
        }
        $this->checkNode($request);
    }

    /** Whether a rule may stand out of scope, since it leads to hosts in scope only. */
    private function isPublishing(RuleRequest $rule, array $aliases): bool
    {
        return $this->interfaces->takesRules($rule->interface)
            && $this->reach->holdsAll($rule->fields['destination_net'], $rule->fields['destination_not'] === '1', $aliases);
    }

    private function checkInterface(string $where, string $id, bool $isPublishing): void
    {
        if (!$isPublishing && !in_array($id, $this->context->scope, true)) {
            $this->errors->add('scope', $where . '/interface', $id, sprintf(
                'The plugin may not touch %s, save with rules to single hosts in the networks that it may touch. It may touch %s: '
                . 'see Services > slash32 > Settings.',
                $id,
                $this->context->scope === [] ? 'no interface' : implode(', ', $this->context->scope)
            ));
        } elseif (!$this->interfaces->has($id)) {
            $this->errors->add('invalid', $where . '/interface', $id, 'There is no such interface.');
        }
    }

    private function checkRedirect(RedirectRequest $redirect): void
    {
        $id = $redirect->interface;
        if (!$this->reach->isHost($redirect->target)) {
            $isNear = $this->reach->holds($redirect->target);
            $this->errors->add($isNear ? 'invalid' : 'scope', $redirect->where . '/target', $redirect->target, $isNear
                ? 'It is the firewall itself, or no address of a host.'
                : 'It lies in no network that the plugin may touch: see Services > slash32 > Settings.');
        }
        if (!$this->interfaces->takesRules($id)) {
            $this->errors->add('invalid', $redirect->where . '/interface', $id, 'There is no such interface, or it is off.');
        }
        $destination = $redirect->fields['destination.network'];
        $isOwn = $destination === $id . 'ip' || in_array($destination, $this->interfaces->own($id), true);
        if (!$isOwn && !in_array($id, $this->context->scope, true)) {
            $this->errors->add('scope', $redirect->where . '/destination_net', $destination, sprintf(
                'On %s, which the plugin may not touch, only what is sent to the firewall itself may be redirected: take %1$sip, '
                . 'or make the address a virtual one there.',
                $id
            ));
        }
    }

    /** The master of a pair replaces what is saved on the other node, whatever interface it is of. */
    private function checkNode(ApplyRequest $request): void
    {
        $role = Role::of($this->context->carp);
        if (Role::mayLead($role) || $request->onBackup) {
            return;
        }
        foreach ($this->context->carp as $one) {
            if ($one['status'] !== 'MASTER') {
                $this->errors->add('backup_node', $one['interface'], $one['address'], $role === Role::UNKNOWN ? sprintf(
                    'Whether this node is the CARP master of %s on %s cannot be seen. Write to the master.',
                    $one['address'],
                    $one['interface']
                ) : sprintf(
                    'This node is the CARP backup for %s on %s%s. Write to the master.',
                    $one['address'],
                    $one['interface'],
                    in_array($one['status'], ['', 'BACKUP'], true) ? '' : sprintf(' (%s)', $one['status'])
                ));
                return;
            }
        }
    }
}
