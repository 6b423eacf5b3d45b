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

namespace Slash32StandIn;

use OPNsense\Core\Config;

/**
 * How a node takes what the other one sends: it merges. A list that is sent with an entry replaces the list that is there, a
 * text replaces a text, an element that is sent empty empties the one that is there; a key that is not sent stays.
 */
final class Merge
{
    /** Elements of the old configuration that are lists even with a single entry. */
    private const LISTS = ['staticmap', 'pool', 'rule', 'item', 'vip', 'user', 'group'];

    public static function into(string $xml, array $sections): void
    {
        $sent = simplexml_load_string($xml, \SimpleXMLElement::class, LIBXML_NOBLANKS);
        $config = Config::getInstance();
        $root = $config->lock()->object();
        foreach ($sections as $path) {
            $from = dom_import_simplexml($sent);
            $to = dom_import_simplexml($root);
            foreach (explode('.', $path) as $name) {
                $from = $from === null ? null : (self::named($from, $name)[0] ?? null);
                $to = self::named($to, $name)[0] ?? $to->appendChild($to->ownerDocument->createElement($name));
            }
            if ($from !== null) {
                self::element($from, $to);
            }
        }
        $description = sprintf('Merged %s config sections from XMLRPC client.', implode(',', $sections));
        $config->save(['username' => 'root', 'description' => $description]);
        $config->unlock();
        $config->forceReload();
    }

    private static function element(\DOMElement $from, \DOMElement $to): void
    {
        $names = array_unique(array_map(fn (\DOMElement $one) => $one->nodeName, self::named($from, null)));
        if ($names === []) {
            while ($to->firstChild !== null) {
                $to->removeChild($to->firstChild);
            }
            $to->appendChild($to->ownerDocument->createTextNode($from->textContent));
            return;
        }
        foreach ($names as $name) {
            $sent = self::named($from, $name);
            $there = self::named($to, $name);
            $isList = count($sent) > 1 || in_array($name, self::LISTS, true) || $sent[0]->hasAttribute('uuid');
            if (!$isList && count($there) === 1) {
                self::element($sent[0], $there[0]);
                continue;
            }
            foreach ($sent as $node) {
                $to->insertBefore($to->ownerDocument->importNode($node, true), $there[0] ?? null);
            }
            foreach ($there as $node) {
                $to->removeChild($node);
            }
        }
    }

    /** @return \DOMElement[] */
    private static function named(\DOMElement $parent, ?string $name): array
    {
        $found = [];
        foreach ($parent->childNodes as $node) {
            if ($node instanceof \DOMElement && ($name === null || $node->nodeName === $name)) {
                $found[] = $node;
            }
        }
        return $found;
    }
}
