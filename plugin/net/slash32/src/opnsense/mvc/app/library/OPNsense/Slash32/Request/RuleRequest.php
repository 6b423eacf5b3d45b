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
        'echoreq', 'echorep', 'unreach', 'redir', 'routeradv', 'routersol', 'timex', 'paramprob', 'timereq', 'timerep', 'photuris',
        'squench', 'althost', 'inforeq', 'inforep', 'maskreq', 'maskrep', 'trace', 'dataconv', 'mobredir', 'ipv6-where', 'ipv6-here',
        'mobregreq', 'mobregrep', 'skip',
    ];
    private const NET = '/^[A-Za-z0-9_().:,\/]{1,1024}$/D';
    private const NAME = '/^[A-Za-z_][A-Za-z0-9_]{0,31}$/D';

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
        $form->about($descr);
        if ($owner !== '' && Marker::owner($descr) !== $owner) {
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
            'icmptype' => self::types($form),
            ...self::side($form, 'source'),
            ...self::side($form, 'destination'),
            'log' => $form->flag('log', false) ? '1' : '0',
        ];
        if (!$hasPorts && $fields['source_port'] . $fields['destination_port'] !== '') {
            $form->error('destination_port', 'Ports go with TCP and UDP only.');
        }
        if ($protocol !== 'ICMP' && $fields['icmptype'] !== '') {
            $form->error('icmptype', 'It goes with ICMP only.');
        }
        foreach (['source', 'destination'] as $side) {
            self::checkFamily($form, $side . '_net', $fields[$side . '_net'], $fields['ipprotocol']);
        }
        $form->refuseOthers();
        return new self($form->where, $interface, $descr, $fields);
    }

    /** Types of ICMP as OPNsense names them, with commas; '' for every one. */
    private static function types(Form $form): string
    {
        $text = $form->text('icmptype', 255, '');
        if ($text !== '' && array_diff(explode(',', $text), self::ICMP) !== []) {
            $form->error('icmptype', sprintf('It is no list of some of %s.', implode(', ', self::ICMP)));
            return '';
        }
        return $text;
    }

    /** Where from or where to: a target, whether it is turned round, and the ports. */
    private static function side(Form $form, string $side): array
    {
        $net = $form->match($side . '_net', self::NET, 'a network, an address, an alias or any');
        $not = $form->flag($side . '_not', false);
        $port = $form->text($side . '_port', 31, '');
        $parts = explode(',', $net);
        foreach ($net === '' ? [] : $parts as $part) {
            if (!self::isTarget($part, count($parts) > 1)) {
                $form->error($side . '_net', 'It is no network, address, alias or any, and no list of aliases.');
                break;
            }
        }
        // pf cannot read "not any", and of a list nobody can say what its reverse is
        if ($not && ($net === 'any' || count($parts) > 1)) {
            $form->error($side . '_not', 'Only a single target can be turned round.');
        }
        if ($port !== '' && !self::isPort($port)) {
            $form->error($side . '_port', 'It is no port, range of ports or alias.');
        }
        return [$side . '_net' => $net, $side . '_not' => $not ? '1' : '0', $side . '_port' => $port];
    }

    private static function isTarget(string $text, bool $isListed): bool
    {
        if ($isListed) {
            return preg_match(self::NAME, $text) === 1 && $text !== 'any';
        }
        return preg_match(self::NAME, $text) === 1 || $text === '(self)' || self::family($text) !== null;
    }

    /** A service, an alias, a number, or a range, which has a dash in a rule. */
    private static function isPort(string $text): bool
    {
        if (preg_match('/^(\d{1,5})(?:-(\d{1,5}))?$/D', $text, $found) !== 1) {
            return preg_match('/^[A-Za-z_][A-Za-z0-9_-]{0,30}$/D', $text) === 1;
        }
        $last = (int)($found[2] ?? $found[1]);
        return (int)$found[1] >= 1 && (int)$found[1] <= $last && $last <= 65535;
    }

    /** The family of an address or a network; null for what is neither. */
    private static function family(string $text): ?string
    {
        if (Address::isValid($text) || Address::isNetwork($text)) {
            return 'inet';
        }
        $parts = explode('/', $text);
        $isSix = filter_var($parts[0], FILTER_VALIDATE_IP, FILTER_FLAG_IPV6) !== false;
        $fits = count($parts) === 1 || (count($parts) === 2 && preg_match('/^(\d{1,2}|1[01]\d|12[0-8])$/D', $parts[1]) === 1);
        return $isSix && $fits ? 'inet6' : null;
    }

    private static function checkFamily(Form $form, string $field, string $net, string $wanted): void
    {
        $family = self::family($net);
        if ($family !== null && $family !== $wanted) {
            $form->error($field, sprintf('An address of %s does not go with a rule for %s.', $family, $wanted));
        }
    }
}
