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

namespace OPNsense\Slash32\Edit;

use OPNsense\Slash32\Request\AliasRequest;
use OPNsense\Slash32\Request\RedirectRequest;
use OPNsense\Slash32\Request\RuleRequest;

/**
 * What OPNsense's firewall model says of an alias, a rule or a redirect of ours, field by field.
 */
final class FirewallFields
{
    /** What would make something else of a rule or redirect that somebody set it on, and what stands for "not set"; the first is written. */
    private const RESET = [
        'alias' => [],
        'rule' => [
            'source_port' => ['', '0'], 'icmp6type' => ['', '0'], 'gateway' => ['', '0'], 'replyto' => ['', '0'], 'sched' => ['', '0'],
            'tagged' => ['', '0'], 'tcpflags1' => ['', '0'], 'tcpflags2' => ['', '0'], 'tcpflags_any' => ['0', ''],
            'divert-to' => ['', '0'], 'statetype' => ['keep', ''],
        ],
        'redirect' => ['tagged' => ['', '0'], 'poolopts' => ['', '0']],
    ];

    /** Writes a request into its element; a field that it does not speak of stays as it is, unless it changes the meaning. */
    public static function write(
        string $kind,
        \DOMElement $node,
        AliasRequest|RuleRequest|RedirectRequest $one,
        string $category
    ): void {
        $fields = self::of($one);
        foreach (array_diff_key(self::RESET[$kind], $fields) as $field => $unset) {
            if (!in_array(Xml::text($node, $field), $unset, true)) {
                $fields[$field] = $unset[0];
            }
        }
        foreach ($fields as $field => $text) {
            if (Xml::textAt($node, $field) !== $text) {
                Xml::setTextAt($node, $field, $text);
            }
        }
        if ($one instanceof RedirectRequest) {
            self::dropOldTargets($node);
            self::addTo($node, 'category', FirewallEdit::CATEGORY);
            // OPNsense adds this one whenever it saves any destination NAT, and that is no change of somebody else's
            if (Xml::text($node, 'nosync') === '') {
                Xml::setText($node, 'nosync', '0');
            }
        } else {
            self::addTo($node, 'categories', $category);
        }
    }

    private static function of(AliasRequest|RuleRequest|RedirectRequest $one): array
    {
        if ($one instanceof RedirectRequest) {
            return $one->fields;
        }
        if ($one instanceof RuleRequest) {
            // turned round by hand, it would be a rule for every other interface
            return $one->fields + ['interfacenot' => '0', 'description' => trim($one->descr)];
        }
        return [
            'enabled' => $one->isEnabled ? '1' : '0',
            'name' => $one->name,
            'type' => $one->type,
            'content' => implode("\n", $one->content),
            'description' => trim($one->descr),
        ];
    }

    /** Whoever put it into further categories finds it there again. */
    private static function addTo(\DOMElement $node, string $field, string $category): void
    {
        $present = array_filter(explode(',', Xml::text($node, $field)), fn (string $one) => $one !== '');
        if (!in_array($category, $present, true)) {
            Xml::setText($node, $field, implode(',', [...$present, $category]));
        }
    }

    /** OPNsense takes `<address>` for the network, and `<any>` is older still. */
    private static function dropOldTargets(\DOMElement $node): void
    {
        foreach (['source', 'destination'] as $side) {
            foreach (['address', 'any'] as $name) {
                foreach (Xml::all(Xml::child($node, $side), $name) as $old) {
                    Xml::remove($old);
                }
            }
        }
    }
}
