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
 * One firewall rule as it shall be, in the field names of OPNsense. It always names exactly one interface: without one
 * OPNsense makes a rule for all of them.
 */
final class RuleRequest
{
    private const PROTOCOLS = ['any', 'TCP', 'UDP', 'TCP/UDP', 'ICMP', 'IPV6-ICMP', 'ESP', 'AH', 'GRE', 'IGMP'];
    private const ICMP = [
        '', 'echoreq', 'echorep', 'unreach', 'squench', 'redir', 'timex', 'paramprob', 'timereq', 'timerep', 'routeradv', 'routersol',
    ];
    private const NET = '/^!?[A-Za-z0-9_().:,\/-]{1,1024}$/D';
    private const PORT = '/^([A-Za-z0-9_]{1,31}|\d{1,5}-\d{1,5})?$/D';

    /** @param array $fields the rule's fields as OPNsense stores them, all of them text */
    public function __construct(
        public readonly string $where,
        public readonly string $interface,
        public readonly string $descr,
        public readonly array $fields
    ) {
    }

    public static function read(Form $form, string $owner): self
    {
        $descr = $form->text('descr', 255);
        $form->about(substr($descr, 0, 80));
        if (Marker::owner($descr) !== $owner) {
            $form->error('descr', sprintf('It does not end in the marker of the owner, [slash32:%s:…].', $owner));
        }
        // pf keeps the description as a comment and the label in quotes
        if (strpbrk($descr, '"\\') !== false) {
            $form->error('descr', 'It holds a quotation mark or a backslash.');
        }
        $interface = $form->match('interface', '/^[a-z][a-z0-9_]{0,31}$/D', 'the id of one interface');
        $protocol = $form->oneOf('protocol', self::PROTOCOLS, 'any');
        $hasPorts = in_array($protocol, ['TCP', 'UDP', 'TCP/UDP'], true);
        $fields = [
            'enabled' => $form->flag('enabled', true) ? '1' : '0',
            'sequence' => (string)$form->number('sequence', 1, 999999),
            'action' => $form->oneOf('action', ['pass', 'block', 'reject']),
            'quick' => $form->flag('quick', true) ? '1' : '0',
            'interface' => $interface,
            'direction' => $form->oneOf('direction', ['in', 'out'], 'in'),
            'ipprotocol' => $form->oneOf('ipprotocol', ['inet', 'inet6', 'inet46'], 'inet'),
            'protocol' => $protocol,
            'icmptype' => $form->oneOf('icmptype', self::ICMP, ''),
            'source_net' => $form->match('source_net', self::NET, 'a network, an address, an alias or any'),
            'source_not' => $form->flag('source_not', false) ? '1' : '0',
            'source_port' => $form->match('source_port', self::PORT, 'a port, a range of ports or an alias', ''),
            'destination_net' => $form->match('destination_net', self::NET, 'a network, an address, an alias or any'),
            'destination_not' => $form->flag('destination_not', false) ? '1' : '0',
            'destination_port' => $form->match('destination_port', self::PORT, 'a port, a range of ports or an alias', ''),
            'log' => $form->flag('log', false) ? '1' : '0',
        ];
        if (!$hasPorts && $fields['source_port'] . $fields['destination_port'] !== '') {
            $form->error('destination_port', 'Ports go with TCP and UDP only.');
        }
        if ($protocol !== 'ICMP' && $fields['icmptype'] !== '') {
            $form->error('icmptype', 'It goes with ICMP only.');
        }
        $form->refuseOthers();
        return new self($form->where, $interface, $descr, $fields);
    }
}
