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

use OPNsense\Slash32\Edit\FirewallEdit;
use OPNsense\Slash32\Edit\Xml;
use OPNsense\Slash32\Request\ApplyRequest;
use OPNsense\Slash32\Request\Marker;
use OPNsense\Slash32\Request\RedirectRequest;

/**
 * Whether redirects keep to the interfaces and ports that the settings name for them: on any other one, services of the
 * firewall itself or of somebody else answer. Before the edits.
 */
final class PublishCheck
{
    private readonly PublishList $list;

    /** @param string[] $lines of the settings */
    public function __construct(private readonly \DOMElement $root, array $lines)
    {
        $this->list = new PublishList($lines);
    }

    public function run(ApplyRequest $request, Errors $errors): void
    {
        $standing = null;
        foreach ($request->redirects ?? [] as $redirect) {
            $fields = $redirect->fields;
            [$from, $to] = RedirectCheck::ports($fields['destination.port']) ?? [0, 0];
            if ($this->list->allows($redirect->interface, $fields['protocol'], $from, $to)) {
                continue;
            }
            // what stands as it is must not keep everything else from being applied
            $standing ??= $this->standing($request->owner);
            if (($standing[Marker::of($redirect->descr)] ?? null) === self::takes($redirect)) {
                continue;
            }
            $line = PublishList::line($redirect->interface, $fields['protocol'], $from, $to);
            $errors->add('scope', $redirect->where . '/destination_port', $line, sprintf(
                'The plugin takes no publish there: add the line "%s" to Publishes under Services > slash32 > Settings.',
                $line
            ));
        }
    }

    /** @return array marker => what a redirect of the owner takes now, of those that are on */
    private function standing(string $owner): array
    {
        $found = [];
        foreach (FirewallEdit::nodes($this->root, 'redirect') as $node) {
            $descr = Xml::text($node, 'descr');
            if (Marker::owner($descr) === $owner && in_array(Xml::text($node, 'disabled'), ['', '0'], true)) {
                $found[Marker::of($descr)] = [
                    Xml::text($node, 'interface'),
                    strtolower(Xml::text($node, 'protocol')),
                    Xml::textAt($node, 'destination.network') ?: Xml::textAt($node, 'destination.address'),
                    RedirectCheck::ports(Xml::textAt($node, 'destination.port')),
                ];
            }
        }
        return $found;
    }

    private static function takes(RedirectRequest $redirect): array
    {
        $fields = $redirect->fields;
        return [
            $redirect->interface, $fields['protocol'], $fields['destination.network'],
            RedirectCheck::ports($fields['destination.port']),
        ];
    }
}
