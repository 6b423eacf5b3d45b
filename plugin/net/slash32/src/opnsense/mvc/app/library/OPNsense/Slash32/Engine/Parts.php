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
use OPNsense\Slash32\Pair\Debts;
use OPNsense\Slash32\Pair\Follow;
use OPNsense\Slash32\Pair\Handover;
use OPNsense\Slash32\Pair\Lineage;
use OPNsense\Slash32\Pair\Peer;
use OPNsense\Slash32\Pair\Pushes;
use OPNsense\Slash32\Pair\Ticket;
use OPNsense\Slash32\Pair\Unwatched;

/**
 * Puts the engine together from its parts, once for a process.
 */
final class Parts
{
    public readonly Clock $clock;
    public readonly EngineLock $lock;
    public readonly Store $store;
    public readonly Records $records;
    public readonly History $history;
    public readonly Debts $debts;
    private readonly Runtime $runtime;

    public function __construct(public readonly Paths $paths, public readonly Backend $backend)
    {
        $this->clock = new Clock($paths);
        $this->lock = new EngineLock($paths);
        $this->store = new Store($paths);
        $this->records = new Records($paths);
        $this->history = new History($paths);
        $this->debts = new Debts($paths, $this->clock);
        $this->runtime = new Runtime($paths, $backend);
    }

    public function state(): State
    {
        return new State(
            $this->paths,
            $this->clock,
            $this->store,
            $this->records,
            $this->history,
            $this->runtime,
            $this->debts,
            $this->unwatched()
        );
    }

    public function apply(): Apply
    {
        return new Apply(
            $this->paths,
            $this->clock,
            $this->store,
            $this->records,
            $this->history,
            new Surroundings($this->runtime),
            new Reloader($this->paths, $this->backend),
            new Preparation($this->clock, $this->records, $this->history, $this->watchdog()),
            new DhcpdTest($this->paths),
            $this->undo(),
            $this->connections(),
            $this->debts
        );
    }

    public function ending(): Ending
    {
        return new Ending(
            $this->paths,
            $this->clock,
            $this->store,
            $this->records,
            $this->history,
            $this->debts,
            $this->unwatched(),
            $this->undo()
        );
    }

    public function undo(): Undo
    {
        return new Undo(
            $this->paths,
            $this->clock,
            $this->store,
            $this->records,
            $this->history,
            new Surroundings($this->runtime),
            new AfterUndo(
                $this->paths,
                $this->clock,
                $this->store,
                new Reloader($this->paths, $this->backend),
                new DhcpdForecast($this->runtime, new DhcpdTest($this->paths)),
                $this->runtime
            ),
            $this->connections(),
            $this->debts
        );
    }

    public function connections(): OpenConnections
    {
        return new OpenConnections($this->clock, $this->backend);
    }

    public function settle(): Settle
    {
        return new Settle($this->clock, $this->records, $this->history, $this->undo());
    }

    public function watch(): Watch
    {
        return new Watch(
            $this->paths,
            $this->clock,
            $this->records,
            $this->lock,
            $this->settle(),
            $this->debts,
            $this->backend
        );
    }

    public function watchdog(): Watchdog
    {
        return new Watchdog($this->paths, $this->backend);
    }

    public function pushes(): Pushes
    {
        return new Pushes(
            $this->paths,
            $this->store,
            $this->records,
            $this->history,
            $this->lock,
            $this->debts,
            new Handover(
                $this->store,
                $this->records,
                $this->runtime,
                new Peer($this->backend, new RequestFile($this->paths))
            )
        );
    }

    public function follow(): Follow
    {
        return new Follow(
            $this->paths,
            $this->clock,
            $this->store,
            $this->records,
            $this->debts,
            new Lineage($this->paths, $this->store),
            $this->unwatched(),
            $this->runtime,
            new Reloader($this->paths, $this->backend),
            new DhcpdForecast($this->runtime, new DhcpdTest($this->paths))
        );
    }

    public function ticket(): Ticket
    {
        return new Ticket($this->paths, $this->backend);
    }

    public function unwatched(): Unwatched
    {
        return new Unwatched($this->paths, $this->records, $this->history);
    }
}
