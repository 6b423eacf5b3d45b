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

/**
 * Chooses the states that end with the ways that close, and never one of a way that stays open. A connection through the firewall
 * has two: the one for the way out goes with the one for the way in.
 */
final class ClosedStates
{
    /** @var array key => true, for each connection that an earlier look ended */
    private array $ended = [];

    public function __construct(private readonly WayMatch $ways)
    {
    }

    /**
     * May be called again with what came back meanwhile: an answer that was under way may have made a state the other way round.
     * @param array $states as StateRow reads them
     * @return array ids, and connections: how many those are
     */
    public function choose(array $states): array
    {
        $ids = [];
        $goes = [];
        $stays = [];
        foreach ($states as $state) {
            if ($state['direction'] === 'in') {
                $isClosed = $this->ways->fits($state);
                if ($isClosed) {
                    $ids[] = $state['id'];
                    $goes[self::key($state)] = true;
                } else {
                    $stays[self::key($state)] = true;
                }
            }
        }
        $connections = count($ids);
        $alone = [];
        foreach ($states as $state) {
            $key = self::key($state);
            if ($state['direction'] === 'in' || isset($stays[$key])) {
                continue;
            }
            if (isset($goes[$key])) {
                $ids[] = $state['id'];
            } elseif (isset($this->ended[self::reverse($state)]) || $this->ways->fits(['asked' => $state['to']] + $state)) {
                $ids[] = $state['id'];
                $alone[$key] = true;
                $connections++;
            }
        }
        $this->ended += $goes + $alone;
        return ['ids' => $ids, 'connections' => $connections];
    }

    private static function key(array $state): string
    {
        return self::pair($state['protocol'], $state['from'], $state['to'], $state['to'][1]);
    }

    private static function reverse(array $state): string
    {
        return self::pair($state['protocol'], $state['to'], $state['from'], $state['to'][1]);
    }

    private static function pair(string $protocol, array $from, array $to, int $number): string
    {
        if ($protocol === 'tcp' || $protocol === 'udp') {
            return sprintf('%s %s %d %s %d', $protocol, $from[0], $from[1], $to[0], $to[1]);
        }
        return sprintf('%s %s %s %d', $protocol, $from[0], $to[0], $number);
    }
}
