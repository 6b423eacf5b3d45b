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

use OPNsense\Slash32\Edit\Effect;
use OPNsense\Slash32\Engine\Clock;
use OPNsense\Slash32\Engine\DhcpdForecast;
use OPNsense\Slash32\Engine\Health;
use OPNsense\Slash32\Engine\ModelStamp;
use OPNsense\Slash32\Engine\Paths;
use OPNsense\Slash32\Engine\Records;
use OPNsense\Slash32\Engine\Reloader;
use OPNsense\Slash32\Engine\Runtime;
use OPNsense\Slash32\Engine\State;
use OPNsense\Slash32\Engine\StaticArp;
use OPNsense\Slash32\Engine\Store;

/**
 * The side of a pair that is synchronised: says what it is and what was written here since, and, once OPNsense has sent its
 * sections, finishes what that leaves undone and says what came of it.
 */
final class Follow
{
    private const SERVICES = ['aliases', 'filter', 'dns', 'dhcpd', 'neighbours'];
    /** Names that an answer gives of each kind. */
    private const NAMED = 20;

    public function __construct(
        private readonly Paths $paths,
        private readonly Clock $clock,
        private readonly Store $store,
        private readonly Records $records,
        private readonly Debts $debts,
        private readonly Lineage $lineage,
        private readonly Unwatched $unwatched,
        private readonly Runtime $runtime,
        private readonly Reloader $reloader,
        private readonly DhcpdForecast $forecast
    ) {
    }

    /** Changes nothing but its own notes: what is owed to a node that has the same is paid. */
    public function look(Statement $said): array
    {
        $root = $this->store->peek();
        $differs = $this->compare($root, $said);
        if ($differs === ['extra' => [], 'other' => [], 'missing' => []]) {
            $this->forgive(PHP_INT_MAX);
        } elseif ($this->debts->all() !== []) {
            $this->forgive($this->lineage->lastMerge());
        }
        $changed = $this->lineage->changed($said->sections);
        return [
            'result' => 'ok',
            'api' => Statement::API,
            'role' => Role::of(Role::addresses($root, $this->runtime->devices())),
            'changed' => $changed === null ? null : array_slice($changed, 0, self::NAMED),
            'waiting' => array_map(fn ($record) => $record->owner, $this->records->all()),
            'owed' => count($this->debts->all()),
            'differs' => $differs,
        ];
    }

    /** Call under the engine lock, right after OPNsense's own synchronisation. */
    public function run(Statement $said): array
    {
        $devices = $this->runtime->devices();
        $root = $this->store->lock();
        $role = Role::of(Role::addresses($root, $devices));
        if ($role === Role::MASTER) {
            $this->store->unlock();
            return ['result' => 'refused', 'api' => Statement::API, 'role' => $role];
        }
        $before = $this->store->bytes();
        $left = new Leftovers($root, $said->digests, $said->chosen);
        $left->remove($said->scope);
        $released = StaticArp::released($root, $left->settings);
        // what was merged in went past the models as well
        if ($left->removed !== []) {
            ModelStamp::renew($root);
            $this->store->save('(slash32)', 'slash32: took away what the other node of the pair no longer has', $before);
        } else {
            $this->store->unlock();
        }
        $dhcp = $this->reload($said, $released);
        $root = $this->store->peek();
        $differs = $this->compare($root, $said);
        $this->lineage->remember($said->sections, $this->clock->wall());
        $this->unwatched->learn($root, $said->waiting);
        $this->forgive(PHP_INT_MAX);
        return [
            'result' => 'ok',
            'api' => Statement::API,
            'role' => $role,
            'removed' => array_slice($left->removed, 0, self::NAMED),
            'differs' => $differs,
        ] + $dhcp;
    }

    /** @return array dhcp: '' when all is well, missing, refused or dead; and problem, in words */
    private function reload(Statement $said, array $released): array
    {
        $root = $this->store->peek();
        $isExpected = State::isDhcpdExpected($root);
        if ($isExpected && !is_file($this->paths->dhcpdPlugin())) {
            $this->reloader->reload(array_diff(self::SERVICES, ['dhcpd']), $isExpected, $released);
            return ['dhcp' => 'missing', 'problem' => 'ISC DHCP is not installed there (os-isc-dhcp).'];
        }
        $objections = $isExpected ? $this->forecast->objections($root) : [];
        if ($objections !== []) {
            $this->reloader->reload(array_diff(self::SERVICES, ['dhcpd']), $isExpected, $released);
            return ['dhcp' => 'refused', 'problem' => sprintf(
                'Its dhcpd was not restarted, because it would not come up: %s, %s: %s',
                $objections[0]['where'],
                $objections[0]['object'],
                $objections[0]['message']
            )];
        }
        $health = new Health($this->paths);
        $started = $this->clock->wall();
        $problems = $this->reloader->reload(self::SERVICES, $isExpected, $released);
        $problem = $health->problem($isExpected, Effect::expected($root, $said->scope), $started);
        if ($problem !== '') {
            return ['dhcp' => 'dead', 'problem' => $problem];
        }
        return ['dhcp' => '', 'problem' => implode(' ', $problems)];
    }

    /** @return array extra and other (names), and missing (ids of the other node's), of each as many as are named */
    private function compare(\SimpleXMLElement $root, Statement $said): array
    {
        $differs = Inventory::of($root, $said->scope)->against($said->digests);
        return array_map(fn (array $list) => array_slice($list, 0, self::NAMED), $differs);
    }

    /** What is owed since before that time is paid: the other node has the same, or somebody had it overwrite this one. */
    private function forgive(int $before): void
    {
        foreach ($this->debts->all() as $debt) {
            if ($debt->since < $before) {
                $this->debts->settle($debt->id);
            }
        }
    }
}
