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

use OPNsense\Slash32\Edit\Effect;

/**
 * Lets the services learn that a change was undone, by what config.xml says now.
 */
final class AfterUndo
{
    public function __construct(
        private readonly Paths $paths,
        private readonly Clock $clock,
        private readonly Store $store,
        private readonly Reloader $reloader,
        private readonly DhcpdForecast $forecast,
        private readonly Runtime $runtime
    ) {
    }

    /**
     * dhcpd is left running as it is where it would not come up again: somebody may have broken config.xml meanwhile.
     * @return array name => what is wrong, for each service that has yet to be reloaded
     */
    public function run(Record $record): array
    {
        $names = $record->ending['reload'];
        if ($names === []) {
            return [];
        }
        $root = $this->store->lock();
        $isExpected = State::isDhcpdExpected($root);
        $interfaces = array_unique(array_column($record->changes, 'interface'));
        $expected = Effect::expected($root, $interfaces);
        $released = [...StaticArp::released($root, $record->changes), ...StaticArp::dormant($root, $record->dormant)];
        $this->store->unlock();
        $objections = $isExpected && in_array('dhcpd', $names, true) ? $this->forecast->objections($root) : [];
        if ($objections !== []) {
            $problems = $this->reloader->reload(array_values(array_diff($names, ['dhcpd'])), $isExpected, $released);
            return $problems + $this->stillClosed($released, $names) + ['dhcpd' => $this->held($objections)];
        }
        $health = new Health($this->paths);
        $started = $this->clock->wall();
        $problems = $this->reloader->reload($names, $isExpected, $released);
        if (in_array('dhcpd', $names, true)) {
            $problem = $health->problem($isExpected, $expected, $started);
            $problems = array_merge($problems, $problem === '' ? [] : ['dhcpd' => $problem]);
        }
        return $problems + $this->stillClosed($released, $names);
    }

    /**
     * What the undoing promises is a state of devices, so it is looked at there.
     * @param string[] $released devices that should be in static ARP mode no more
     * @return array as run() answers
     */
    private function stillClosed(array $released, array $names): array
    {
        $running = $released === [] || !in_array('neighbours', $names, true) ? [] : $this->runtime->staticArp();
        $closed = array_values(array_filter($released, fn (string $device) => $running[$device] ?? false));
        return $closed === [] ? [] : ['neighbours' => sprintf(
            '%s is still in static ARP mode, so whoever has no reservation there is cut off.',
            implode(', ', $closed)
        )];
    }

    /** @param array $objections at least one */
    private function held(array $objections): string
    {
        $isRunning = Health::now($this->paths, true)['running'];
        return sprintf(
            'dhcpd was not restarted, because it would not come up as it should: %s, %s: %s%s Whoever wrote that into config.xml has to mend it; '
            . '%s',
            $objections[0]['where'],
            $objections[0]['object'],
            $objections[0]['message'],
            count($objections) === 1 ? '' : sprintf(' (and %d more)', count($objections) - 1),
            $isRunning
                ? 'until then dhcpd goes on with what it had before the undoing.'
                : 'until then there is no DHCP, since dhcpd does not run.'
        );
    }
}
