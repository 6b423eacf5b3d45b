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

use OPNsense\Slash32\Request\SegmentRequest;

/**
 * Makes the settings of an interface say what was asked for. A setting that already says so stays as it is written.
 */
final class SettingEdit
{
    /** @return array the changes made */
    public static function make(Sections $sections, SegmentRequest $segment): array
    {
        $changes = [];
        foreach ($segment->settings as $setting => $value) {
            $slot = new SettingSlot($sections, $segment->interface, $setting);
            $before = $slot->sources();
            $place = $slot->place();
            $wanted = $setting === 'pools' ? self::pools($slot->nodes(), $value ?? []) : self::wanted($setting, $value);
            $isSaid = $setting === 'pools' ? $wanted === $before : self::says($slot->nodes(), $setting, $value);
            if ($isSaid) {
                continue;
            }
            $slot->replace($wanted);
            $changes[] = [
                'kind' => 'setting',
                'interface' => $segment->interface,
                'setting' => $setting,
                'before' => $before,
                'after' => $slot->sources(),
                'place' => $place,
            ];
        }
        return $changes;
    }

    /**
     * The pools as they stand, with who gets their addresses.
     * @param \DOMElement[] $nodes
     * @return string[] source of the tags
     */
    private static function pools(array $nodes, array $pools): array
    {
        return array_map(function (\DOMElement $node, array $pool) {
            $copy = Xml::import($node->ownerDocument, Xml::source($node));
            self::setOrRemove($copy, 'denyunknown', $pool['deny_unknown'] ? '1' : null, true);
            self::setOrRemove($copy, 'mac_allow', $pool['mac_allow'], false);
            return $copy->ownerDocument->saveXML($copy);
        }, $nodes, $pools);
    }

    private static function setOrRemove(\DOMElement $node, string $name, ?string $text, bool $anyText): void
    {
        $present = Xml::child($node, $name);
        if ($text === null) {
            array_map(fn (\DOMElement $one) => Xml::remove($one), Xml::children($node, $name));
        } elseif ($present === null || (!$anyText && trim($present->textContent) !== $text)) {
            Xml::setText($node, $name, $text);
        }
    }

    /** @param \DOMElement[] $nodes */
    private static function says(array $nodes, string $setting, mixed $value): bool
    {
        if ($value === null || $value === false) {
            return $nodes === [];
        }
        if (count($nodes) !== 1) {
            return false;
        }
        $text = trim($nodes[0]->textContent);
        return match ($setting) {
            // OPNsense asks only whether the tag is there
            'enabled', 'deny_unknown' => true,
            // empty or 0 would switch static ARP on without a single entry
            'static_arp' => $text !== '' && $text !== '0',
            'range' => [Xml::text($nodes[0], 'from'), Xml::text($nodes[0], 'to')] === $value,
            'mask', 'routes' => Xml::text($nodes[0], 'type') === SettingSlot::OPTIONS[$setting][1]
                && Xml::text($nodes[0], 'value') === $value,
            default => $text === $value,
        };
    }

    /** @return string[] source of the tags */
    private static function wanted(string $setting, mixed $value): array
    {
        if ($value === null || $value === false) {
            return [];
        }
        $document = new \DOMDocument();
        $node = match ($setting) {
            'range' => Xml::make($document, 'range', ['from' => $value[0], 'to' => $value[1]]),
            'mask', 'routes' => Xml::make($document, 'item', [
                'number' => (string)SettingSlot::OPTIONS[$setting][0],
                'type' => SettingSlot::OPTIONS[$setting][1],
                'value' => $value,
            ]),
            default => $document->createElement(SettingSlot::TAGS[$setting], $value === true ? '1' : $value),
        };
        return [$document->saveXML($node)];
    }
}
