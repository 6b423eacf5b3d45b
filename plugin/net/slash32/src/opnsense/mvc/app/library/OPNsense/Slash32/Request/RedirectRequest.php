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
 * One destination NAT as it shall be: what comes in on one interface for one address goes to one host instead. What it
 * lets in needs a rule of its own.
 */
final class RedirectRequest
{
    /**
     * @param array $fields as OPNsense stores them, all of them text; nested ones have a dot in their names
     */
    public function __construct(
        public readonly string $where,
        public readonly string $interface,
        public readonly string $descr,
        public readonly string $target,
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
        $protocol = $form->oneOf('protocol', ['tcp', 'udp']);
        $destination = $form->text('destination_net', 64);
        if (!Address::isValid($destination) && $destination !== $interface . 'ip') {
            $form->error('destination_net', 'It is neither an IPv4 address nor the id of the interface with "ip" behind it.');
        }
        $port = $form->match('destination_port', '/^\d{1,5}(-\d{1,5})?$/D', 'a port or a range of ports');
        $target = $form->address('target');
        $local = $form->number('local_port', 1, 65535);
        self::checkPorts($form, $port, $local);
        $fields = [
            'sequence' => (string)$form->number('sequence', 1, 999999),
            'disabled' => $form->flag('enabled', true) ? '0' : '1',
            'nordr' => '0',
            'interface' => $interface,
            'ipprotocol' => 'inet',
            'protocol' => $protocol,
            'source.network' => 'any',
            'source.port' => '',
            'source.not' => '0',
            'destination.network' => $destination,
            'destination.port' => $port,
            'destination.not' => '0',
            'target' => $target,
            'local-port' => (string)$local,
            'log' => $form->flag('log', false) ? '1' : '0',
            'pass' => '',
            // where packets are taken up does not hang on a setting of the whole firewall
            'natreflection' => 'disable',
            'descr' => trim($descr),
        ];
        $form->refuseOthers();
        return new self($form->where, $interface, $descr, $target, $fields);
    }

    public function isEnabled(): bool
    {
        return $this->fields['disabled'] === '0';
    }

    private static function checkPorts(Form $form, string $text, int $local): void
    {
        [$from, $to] = array_map('intval', explode('-', $text . '-' . $text));
        if ($text === '') {
            return;
        }
        if ($from < 1 || $from > $to || $to > 65535) {
            $form->error('destination_port', 'It is no port or range of ports from 1 to 65535.');
        } elseif ($local + $to - $from > 65535) {
            $form->error('local_port', 'The range would go on behind port 65535 there.');
        }
    }
}
