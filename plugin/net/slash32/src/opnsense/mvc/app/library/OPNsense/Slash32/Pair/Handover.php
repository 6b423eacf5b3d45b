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

use OPNsense\Slash32\Engine\Records;
use OPNsense\Slash32\Engine\Runtime;
use OPNsense\Slash32\Engine\Settings;
use OPNsense\Slash32\Engine\Store;

/**
 * One push to the peer, from the question whether it may be made to the answer that it arrived. Call without the engine
 * lock: the peer may take its time.
 */
final class Handover
{
    /** A change that is saved here while the other node is written makes both differ; then once more. */
    private const ROUNDS = 2;

    public function __construct(
        private readonly Store $store,
        private readonly Records $records,
        private readonly Runtime $runtime,
        private readonly Peer $peer
    ) {
    }

    public function run(): Outcome
    {
        $objection = $this->objection($this->store->peek());
        if ($objection === null) {
            return $this->push();
        }
        return $objection->code === Role::BACKUP ? $this->readMaster($objection) : $objection;
    }

    /** A node that became backup hands nothing over; whether the master has the same all the same, it can read. */
    private function readMaster(Outcome $objection): Outcome
    {
        $looked = $this->peer->look($this->statement());
        if (!$looked->isAnswer()) {
            return $objection;
        }
        $words = $this->words($looked->answer['differs']);
        return $words === ''
            ? new Outcome(Outcome::DONE, 'The other firewall is the master now and has the same.')
            : new Outcome($objection->code, sprintf('%s Of what stands here %s.', $objection->message, $words));
    }

    /** Whether the other node has what stands here, without sending anything: done, or what is to be done by hand. */
    public function compare(): Outcome
    {
        $root = $this->store->peek();
        if (Peer::address($root) === null) {
            return new Outcome(Outcome::DONE);
        }
        $looked = $this->peer->look($this->statement());
        if (!$looked->isAnswer()) {
            return new Outcome($looked->code, 'Whether the peer got this change from a "Synchronize now" while it waited is not known, '
                . 'and this firewall does not push by itself. ' . $looked->message);
        }
        $words = $this->words($looked->answer['differs']);
        return $words === '' ? new Outcome(Outcome::DONE) : new Outcome('differs', sprintf(
            'The peer does not have what stands here (%s), perhaps by a "Synchronize now" while this change waited, and this firewall does not '
            . 'push by itself. Synchronize in System: High Availability: Status.',
            $words
        ));
    }

    /** Why this node pushes nothing now, or null. */
    public function objection(\SimpleXMLElement $root): ?Outcome
    {
        if (Peer::address($root) === null) {
            return new Outcome('no-peer', 'System: High Availability: Settings names no peer to synchronise to, so nothing was sent.');
        }
        $role = Role::of(Role::addresses($root, $this->runtime->devices()));
        if ($role === Role::BACKUP) {
            return new Outcome('backup', 'This firewall is the backup now, so it sends nothing: it would overwrite what was saved on the master.');
        }
        if ($role === Role::UNKNOWN) {
            return new Outcome(
                'unknown-role',
                'Whether this firewall is the master cannot be seen on all its CARP addresses, so it sends nothing.'
            );
        }
        if (SyncItems::chosen($root) === []) {
            return new Outcome('items', 'System: High Availability: Settings chooses nothing to synchronise, so nothing was sent.');
        }
        return null;
    }

    private function push(): Outcome
    {
        for ($round = 1;; $round++) {
            $revision = $this->store->revision();
            $said = $this->statement();
            $looked = $this->peer->look($said);
            if ($looked->code === 'no-plugin') {
                return $this->blind($looked);
            }
            $problem = $looked->isAnswer() ? self::standsThere($looked->answer) : new Outcome($looked->code, $looked->message);
            // the questions took their time
            $problem ??= $this->objection($this->store->peek());
            if ($problem !== null) {
                return $problem;
            }
            $sent = $this->peer->synchronize();
            if (!$sent->isAnswer()) {
                return new Outcome($sent->code, $sent->message);
            }
            $followed = $this->peer->follow($this->statement());
            if (!$followed->isAnswer()) {
                return new Outcome('unseen', 'The configuration was sent, and what of it arrived is not known. ' . $followed->message);
            }
            $outcome = $this->judge($followed->answer);
            if ($outcome->code !== 'differs' || $round >= self::ROUNDS || $this->store->revision() === $revision) {
                return $outcome;
            }
        }
    }

    private function statement(): Statement
    {
        return Statement::of($this->store->peek(), $this->records->all());
    }

    /** Why what stands on the other node must not be overwritten, or null. */
    private static function standsThere(array $answer): ?Outcome
    {
        if ($answer['role'] === Role::MASTER) {
            return new Outcome('changed-there', 'Both firewalls call themselves master, so neither may overwrite the other: nothing was sent.');
        }
        if ($answer['waiting'] !== []) {
            return new Outcome('changed-there', sprintf(
                'On the peer a change of %s waits to be confirmed, and would be overwritten: nothing was sent.',
                $answer['waiting'][0]
            ));
        }
        if ($answer['changed'] === null) {
            return new Outcome('changed-there', 'The peer was never synchronised, as far as its copies of config.xml go back, so whatever was '
                . 'saved there would be overwritten: nothing was sent.');
        }
        if ($answer['changed'] !== []) {
            $first = $answer['changed'][0];
            return new Outcome('changed-there', sprintf(
                'Since the last push %s saved "%s" on the peer at %s UTC%s. A push would overwrite that, so nothing was sent.',
                $first['user'] === '' ? 'somebody' : $first['user'],
                substr($first['description'], 0, 120),
                gmdate('Y-m-d H:i', $first['at']),
                count($answer['changed']) === 1 ? '' : sprintf(' (and %d more)', count($answer['changed']) - 1)
            ));
        }
        if ($answer['owed'] > 0) {
            return new Outcome('changed-there', sprintf(
                'The peer keeps %d %s that this firewall never got, so nothing was sent.',
                $answer['owed'],
                $answer['owed'] === 1 ? 'change' : 'changes'
            ));
        }
        return null;
    }

    private function judge(array $answer): Outcome
    {
        if ($answer['result'] === 'refused') {
            return new Outcome('changed-there', 'The peer became master while it was synchronised.');
        }
        $root = $this->store->peek();
        $missing = SyncItems::missing($root);
        if ($missing !== []) {
            return new Outcome('items', sprintf(
                'The peer got only a part: %s not chosen in System: High Availability: Settings, so after a failover the peer treats '
                . 'packets as if that had never been written.',
                implode(', ', $missing) . (count($missing) === 1 ? ' is' : ' are')
            ));
        }
        $words = $this->words($answer['differs']);
        if ($words !== '') {
            return new Outcome('differs', sprintf('The peer does not have what stands here: %s.', $words));
        }
        if ($answer['dhcp'] === 'missing') {
            return new Outcome('no-dhcpd', 'The peer has the configuration, but hands out no addresses: ' . $answer['problem']);
        }
        if ($answer['dhcp'] !== '') {
            return new Outcome('dhcpd', 'The peer has the configuration, but would hand out no addresses after a failover. ' . $answer['problem']);
        }
        if ($answer['problem'] !== '') {
            return new Outcome('failed', 'The peer has the configuration, but not everything runs with it. ' . $answer['problem']);
        }
        return new Outcome(Outcome::DONE);
    }

    /** Where the other node has no os-slash32 that could be asked: sent all the same, and said to be unseen. */
    private function blind(Word $looked): Outcome
    {
        foreach ([$this->peer->synchronize(), $this->peer->restart()] as $word) {
            if (!$word->isAnswer()) {
                return new Outcome($word->code, $word->message);
            }
        }
        return new Outcome('no-plugin', sprintf(
            'The configuration was sent, and OPNsense says "%s" of its DHCP there. %s',
            $word->message === '' ? 'nothing' : $word->message,
            $looked->message
        ));
    }

    /** @param array $differs as Inventory::against() answers on the other node */
    private function words(array $differs): string
    {
        $root = $this->store->peek();
        $names = Inventory::of($root, Settings::scope($root))->names($differs['missing']);
        return implode('; ', array_filter([
            $names === [] ? '' : 'it lacks ' . self::some($names),
            $differs['other'] === [] ? '' : 'it has another form of ' . self::some($differs['other']),
            $differs['extra'] === [] ? '' : 'it still has ' . self::some($differs['extra']) . ', which has to be taken away there',
        ]));
    }

    private static function some(array $names): string
    {
        $rest = count($names) - 3;
        return implode(', ', array_slice($names, 0, 3)) . ($rest > 0 ? sprintf(' and %d more', $rest) : '');
    }
}
