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

use OPNsense\Core\Syslog;
use OPNsense\Slash32\Edit\Applier;
use OPNsense\Slash32\Edit\Outcome;
use OPNsense\Slash32\Pair\Debt;
use OPNsense\Slash32\Pair\Debts;
use OPNsense\Slash32\Pair\Peer;
use OPNsense\Slash32\Request\ApplyRequest;
use OPNsense\Slash32\Request\Refusal;

/**
 * One change: checked, saved once, reloaded, looked after, and undone at once when DHCP does not come up. Call under
 * the engine lock, with nothing left to settle.
 */
final class Apply
{
    public function __construct(
        private readonly Paths $paths,
        private readonly Clock $clock,
        private readonly Store $store,
        private readonly Records $records,
        private readonly History $history,
        private readonly Surroundings $surroundings,
        private readonly Reloader $reloader,
        private readonly Preparation $preparation,
        private readonly DhcpdTest $dhcpdTest,
        private readonly Undo $undo,
        private readonly OpenConnections $connections,
        private readonly Debts $debts
    ) {
    }

    /**
     * @return array the answer of `state/apply`
     * @throws Refusal when nothing was written and no service was touched
     */
    public function run(ApplyRequest $request, string $user, string $address): array
    {
        $waiting = $this->records->ofOwner($request->owner);
        if ($waiting !== null) {
            return ['result' => 'pending', 'pending' => $waiting->summary($this->clock)];
        }
        $this->surroundings->collect();
        Steps::at('apply collected', $this->paths);
        $root = $this->store->lock();
        try {
            $before = $this->store->bytes();
            $revision = hash('sha256', $before);
            if ($revision !== $request->baseRevision) {
                $this->store->unlock();
                return ['result' => 'conflict', 'revision' => $revision];
            }
            Bindings::demand($root, $request->owner, $user);
            OwnerCheck::run($root, $request);
            $outcome = Applier::make($root, $request, $this->surroundings->context($root, $address));
            $this->checkDhcpd($outcome);
            if ($outcome->changes === []) {
                return $this->nothing($root, $request, $user, $address, $before);
            }
            if ($request->dryRun) {
                $this->store->unlock();
                return [
                    'result' => 'checked',
                    'revision' => $revision,
                    'changed' => $outcome->changed,
                    'would_reload' => Reloader::ordered($outcome->reload),
                    'notes' => $outcome->notes,
                ];
            }
            $record = $this->preparation->record($request, $outcome, $user, $address, $revision)
                ->with(['cut' => Cut::kept($request->cut, $root)]);
            $this->preparation->run($record, $before);
            Steps::at('apply recorded', $this->paths);
            if (ModelStamp::isNeeded($outcome->reload)) {
                ModelStamp::renew($root);
            }
            $this->remember($root, $request, $user, $record);
            $released = StaticArp::released($root, $outcome->changes);
            $claims = (new OtherChanges($this->records))->claimedBy($request, $outcome->changes, $root, $record->id, $record->at);
        } catch (\Throwable $e) {
            $this->store->unlock();
            throw $e;
        }
        return $this->save($record, $request, $outcome, $before, $released, $claims);
    }

    private function checkDhcpd(Outcome $outcome): void
    {
        if ($outcome->candidateConf === null) {
            return;
        }
        $objections = $this->dhcpdTest->objections($outcome->candidateConf);
        if ($objections !== []) {
            throw new Refusal('dhcpd', $objections);
        }
    }

    /** @param Record|null $record what waits to be confirmed, or is kept at once; null where nothing but the owner changes */
    private function remember(\SimpleXMLElement $root, ApplyRequest $request, string $user, ?Record $record = null): void
    {
        Bindings::bindNew($root, $request->owner, $user);
        $now = $this->clock->wall();
        Settings::remember($root, $request->owner, $request->fingerprint, $request->host, $now);
        if ($record !== null) {
            Settings::rememberChange($root, $request->owner, $record->seconds === 0 ? '' : $record->id, $record->deadline);
        }
    }

    /** Who took an owner over keeps it, even when there was nothing else to do. */
    private function nothing(
        \SimpleXMLElement $root,
        ApplyRequest $request,
        string $user,
        string $address,
        string $before
    ): array {
        $claims = (new OtherChanges($this->records))->claimedBy($request, [], $root, null, $this->clock->wall());
        foreach ($request->dryRun ? [] : $claims as $claimed) {
            $this->records->write($claimed);
            // config.xml stays as the claimed change left it, and at boot it must not go back as a whole
            $this->records->forgetAfter($claimed->id);
        }
        $known = Settings::owner($root, $request->owner);
        if ($request->dryRun || $known === null || $known['fingerprint'] === $request->fingerprint) {
            $this->store->unlock();
            return ['result' => 'nothing', 'revision' => hash('sha256', $before)];
        }
        $this->remember($root, $request, $user);
        $after = $this->store->save($address === '' ? $user : $user . '@' . $address, $request->message, $before);
        return ['result' => 'nothing', 'revision' => hash('sha256', $after)];
    }

    /**
     * @param string[] $released devices whose static ARP ends
     * @param Record[] $claims records that this change relies on, with a note of that
     */
    private function save(
        Record $record,
        ApplyRequest $request,
        Outcome $outcome,
        string $before,
        array $released,
        array $claims
    ): array {
        $health = new Health($this->paths);
        $savedAt = $this->clock->wall();
        $makeRoom = fn () => $this->records->makeRoom($record->id);
        $after = $this->store->save($record->user, $request->message, $before, $makeRoom);
        Steps::at('apply saved', $this->paths);
        $this->records->keepConfig($record->id, 'after', $after);
        $record = $record->with(['revisionAfter' => hash('sha256', $after)]);
        $this->records->write($record);
        Steps::at('apply noted', $this->paths);

        $problems = $this->reloader->reload($outcome->reload, $outcome->dhcpdExpected, $released);
        $notes = array_merge($record->notes, array_values($problems));
        Steps::at('apply reloaded', $this->paths);
        if (in_array('dhcpd', $outcome->reload, true)) {
            $problem = $health->problem($outcome->dhcpdExpected, $outcome->expected, $savedAt);
            if ($problem !== '') {
                $undone = $this->undo->run($record, 'restored', $problem);
                return [
                    'result' => 'restored',
                    'id' => $record->id,
                    'reason' => $undone['reason'],
                    'left' => $undone['left'],
                    'revision' => $undone['revision'],
                ];
            }
        }
        Steps::at('apply healthy', $this->paths);
        $ended = Cut::now($request->cut['apply'] ?? [], $outcome->reload, $problems, $this->connections);
        $notes = array_merge($notes, $ended);
        Steps::at('apply cut', $this->paths);
        foreach ($claims as $claimed) {
            $this->records->write($claimed);
        }
        return $this->finish($record->with(['notes' => $notes]), $outcome);
    }

    /** From here the time to confirm counts: however long the reload took, the caller gets all of it. */
    private function finish(Record $record, Outcome $outcome): array
    {
        $record = $record->with([
            'state' => Record::PENDING,
            'started' => $this->clock->steady(),
            'deadline' => $this->clock->wall() + $record->seconds,
        ]);
        $isFinal = $record->seconds === 0;
        if ($isFinal) {
            if (Peer::isWanted($this->store->peek())) {
                $this->debts->owe($record->id, $record->owner, Debt::KEPT);
            }
            $this->records->settle($record->id);
        } else {
            $this->records->write($record);
        }
        Steps::at('apply settled', $this->paths);
        $this->history->put($record->id, HistoryEntry::of($record) + [
            'outcome' => $isFinal ? 'kept' : 'pending',
            'notes' => $record->notes,
        ]);
        if ($isFinal) {
            $this->records->delete($record->id);
        }
        Steps::at('apply finished', $this->paths);
        (new Syslog('slash32'))->notice(sprintf(
            'Change %s of %s by %s: %s.',
            $record->id,
            $record->owner,
            $record->user,
            HistoryEntry::summary($record->changed)
        ));
        return [
            'result' => 'applied',
            'id' => $record->id,
            'revision_before' => $record->revisionBefore,
            'revision' => $record->revisionAfter,
            'changed' => $outcome->changed,
            'reloaded' => Reloader::ordered($outcome->reload),
            'notes' => $record->notes,
            'confirm' => $isFinal ? null : ['seconds' => $record->seconds, 'deadline' => $record->deadline],
        ];
    }
}
