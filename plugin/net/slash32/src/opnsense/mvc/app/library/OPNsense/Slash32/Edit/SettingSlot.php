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

/**
 * The place of one DHCP setting in an interface's element: the tags that stand for it, wherever they are.
 */
final class SettingSlot
{
    /** The setting of docs/plugin-api.md => its tag; those of OPTIONS are items of `<numberoptions>`. */
    public const TAGS = [
        'enabled' => 'enable',
        'range' => 'range',
        'mask' => 'numberoptions',
        'routes' => 'numberoptions',
        'deny_unknown' => 'denyunknown',
        'mac_allow' => 'mac_allow',
        'static_arp' => 'staticarp',
        'router' => 'gateway',
        'pools' => 'pool',
    ];

    /** The setting => number and type of its option. */
    public const OPTIONS = ['mask' => [1, 'ip-address'], 'routes' => [121, 'string']];

    public function __construct(
        private readonly Sections $sections,
        private readonly string $interface,
        private readonly string $setting
    ) {
    }

    /** @return string[] the source of each tag */
    public function sources(): array
    {
        return array_map(fn (\DOMElement $node) => Xml::source($node), $this->nodes());
    }

    /** The same for two sets of tags that say the same. */
    public static function canon(array $sources): string
    {
        return implode("\n", array_map(fn (string $source) => Xml::canonOf($source), $sources));
    }

    /** @return \DOMElement[] */
    public function nodes(): array
    {
        $section = $this->sections->find($this->interface);
        if ($section === null) {
            return [];
        }
        if ($this->setting === 'pools') {
            $isFilled = fn (\DOMElement $pool) => Xml::children($pool) !== [];
            return array_values(array_filter(Xml::children($section, 'pool'), $isFilled));
        }
        if (!$this->isOption()) {
            return Xml::children($section, self::TAGS[$this->setting]);
        }
        $options = Xml::child($section, 'numberoptions');
        $items = $options === null ? [] : Xml::children($options, 'item');
        $form = sprintf('/^0*%d$/D', self::OPTIONS[$this->setting][0]);
        return array_values(array_filter($items, fn ($item) => preg_match($form, Xml::text($item, 'number')) === 1));
    }

    /** @return int[] where the first tag stands: among the interface's children, and for an option inside its parent */
    public function place(): array
    {
        $node = $this->nodes()[0] ?? null;
        if ($node === null) {
            return [];
        }
        return $this->isOption() ? [Xml::place($node->parentNode), Xml::place($node)] : [Xml::place($node)];
    }

    /**
     * Puts these tags where the present ones are.
     * @param int[] $place where they go when there are none, as place() gave it
     */
    public function replace(array $sources, array $place = []): void
    {
        $old = $this->nodes();
        $parent = $old === [] ? null : $old[0]->parentNode;
        $next = $old === [] ? null : $old[0];
        if ($sources !== [] && $parent === null) {
            $parent = $this->parent($place);
            $usual = $this->isOption() ? null : self::beforeLists($parent);
            $next = $place === [] ? $usual : (Xml::children($parent)[end($place)] ?? null);
        }
        foreach ($sources as $source) {
            $parent->insertBefore(Xml::import($parent->ownerDocument, $source), $next);
        }
        foreach ($old as $node) {
            Xml::remove($node);
        }
        $this->dropEmptyOptions();
    }

    private function isOption(): bool
    {
        return isset(self::OPTIONS[$this->setting]);
    }

    private function parent(array $place): \DOMElement
    {
        $section = $this->sections->ensure($this->interface);
        if (!$this->isOption()) {
            return $section;
        }
        $options = Xml::child($section, 'numberoptions');
        if ($options !== null) {
            return $options;
        }
        $options = $section->ownerDocument->createElement('numberoptions');
        $next = $place === [] ? self::beforeLists($section) : (Xml::children($section)[$place[0]] ?? null);
        return $section->insertBefore($options, $next);
    }

    private static function beforeLists(\DOMElement $section): ?\DOMElement
    {
        return Xml::child($section, 'pool') ?? Xml::child($section, 'staticmap');
    }

    private function dropEmptyOptions(): void
    {
        $options = Xml::child($this->sections->find($this->interface), 'numberoptions');
        if ($this->isOption() && $options !== null && Xml::children($options) === []) {
            Xml::remove($options);
        }
    }
}
