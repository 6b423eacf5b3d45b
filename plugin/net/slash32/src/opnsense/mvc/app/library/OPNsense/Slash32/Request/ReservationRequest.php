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
 * One reservation as it shall be; `at` is its index at the base revision, null for a new one.
 */
final class ReservationRequest
{
    public function __construct(
        public readonly string $where,
        public readonly ?int $at,
        public readonly string $mac,
        public readonly string $ipaddr,
        public readonly string $hostname,
        public readonly string $descr,
        public readonly bool $arp
    ) {
    }

    public static function read(Form $form): self
    {
        $mac = $form->mac('mac');
        $form->about($mac);
        $reservation = new self(
            $form->where,
            $form->has('at') ? $form->number('at', 0, ApplyRequest::MOST) : null,
            $mac,
            $form->address('ipaddr'),
            $form->match('hostname', '/^[A-Za-z0-9 ._-]{0,63}$/D', 'a host name'),
            $form->text('descr', 255),
            $form->flag('arp', false)
        );
        $form->refuseOthers();
        return $reservation;
    }

    /** What people call it in a message. */
    public function name(): string
    {
        return sprintf('%s, %s', $this->ipaddr, $this->mac);
    }
}
