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
 * The fields of one element of config.xml, read once, and as lines of dhcpd.conf. As in OPNsense's PHP, `0` counts as
 * empty.
 */
final class ConfFields
{
    /** Tags that OPNsense always reads as a list. */
    private const LISTS = ['dnsserver', 'winsserver', 'ntpserver'];

    /** @var array name => texts, one for each tag of the name */
    private array $texts = [];
    private array $range = ['', ''];

    public function __construct(\SimpleXMLElement $node)
    {
        foreach ($node->children() as $name => $child) {
            $this->texts[$name][] = self::text($child);
            if ($name === 'range') {
                $this->range = [self::text($child->from), self::text($child->to)];
            }
        }
        foreach (self::LISTS as $name) {
            // OPNsense drops a blank first one
            if (($this->texts[$name][0] ?? null) === '') {
                array_shift($this->texts[$name]);
            }
        }
    }

    /**
     * The elements of a tag that OPNsense always reads as a list: a blank first one is dropped unless one with tags inside
     * follows.
     * @return \SimpleXMLElement[]
     */
    public static function listed(\SimpleXMLElement $node, string $name): array
    {
        $found = [];
        foreach ($node->$name as $one) {
            $found[] = $one;
        }
        $isBlank = $found !== [] && $found[0]->count() === 0 && trim((string)$found[0]) === '';
        return $isBlank && ($found[1] ?? null)?->count() < 1 ? array_slice($found, 1) : $found;
    }

    /** The text of a tag: blanks around it stay, as in OPNsense, and blanks alone are nothing. */
    public static function text(\SimpleXMLElement $node): string
    {
        $text = (string)$node;
        return trim($text) === '' ? '' : $text;
    }

    public function has(string $field): bool
    {
        return isset($this->texts[$field]);
    }

    /** @return string[] the two ends of the dynamic range, as written */
    public function range(): array
    {
        return $this->range;
    }

    /** The text of a field as it stands there, null when it is missing. */
    public function raw(string $field): ?string
    {
        return $this->texts[$field][0] ?? null;
    }

    /** The text of a field, or '' when it is missing or empty in the sense of PHP. */
    public function of(string $field): string
    {
        $text = $this->texts[$field][0] ?? '';
        return $text === '0' ? '' : $text;
    }

    /** @param string $form with one %s; the line ends in a line feed */
    public function line(string $field, string $form): string
    {
        $text = $this->of($field);
        return $text === '' ? '' : sprintf($form, $text) . "\n";
    }

    /** A tag that may stand there several times, joined by commas; nothing when the first one is empty. */
    public function addresses(string $field, string $form): string
    {
        return $this->of($field) === '' ? '' : sprintf($form, implode(',', $this->texts[$field])) . "\n";
    }

    /** @return string[] the parts of a list with commas, each once */
    public function list(string $field): array
    {
        return array_values(array_unique(array_filter(explode(',', $this->of($field)))));
    }

    public function searchList(string $indent): string
    {
        $list = $this->of('domainsearchlist');
        if ($list === '') {
            return '';
        }
        return sprintf("%soption domain-search \"%s\";\n", $indent, implode('","', preg_split('/[ ;]+/', $list)));
    }
}
