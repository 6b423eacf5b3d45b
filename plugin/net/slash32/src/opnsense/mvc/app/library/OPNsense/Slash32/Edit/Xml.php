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
 * Reading and changing elements of config.xml by DOM: SimpleXML loses an ampersand in addChild() and removes all
 * siblings of a name at once. Both work on the same tree.
 */
final class Xml
{
    public static function dom(\SimpleXMLElement $node): \DOMElement
    {
        return dom_import_simplexml($node);
    }

    /** @return \DOMElement[] the child elements, of one name or of any */
    public static function children(\DOMElement $parent, ?string $name = null): array
    {
        $found = [];
        for ($node = $parent->firstChild; $node !== null; $node = $node->nextSibling) {
            if ($node instanceof \DOMElement && ($name === null || $node->nodeName === $name)) {
                $found[] = $node;
            }
        }
        return $found;
    }

    /** @return \DOMElement[] as children(), none of an element that is missing */
    public static function all(?\DOMElement $parent, string $name): array
    {
        return $parent === null ? [] : self::children($parent, $name);
    }

    public static function child(?\DOMElement $parent, string $name): ?\DOMElement
    {
        return $parent === null ? null : (self::children($parent, $name)[0] ?? null);
    }

    /** How many elements stand before it in its parent. */
    public static function place(\DOMElement $node): int
    {
        $place = 0;
        while (($node = $node->previousElementSibling) !== null) {
            $place++;
        }
        return $place;
    }

    /** Puts an element before the one that has this place now, or at the end. */
    public static function putAt(\DOMElement $parent, \DOMElement $node, int $place): void
    {
        $parent->insertBefore($node, self::children($parent)[$place] ?? null);
    }

    /** The element at a path below a root, made where it is missing. */
    public static function ensure(\DOMElement $root, string ...$path): \DOMElement
    {
        $node = $root;
        foreach ($path as $name) {
            $node = self::child($node, $name) ?? $node->appendChild($node->ownerDocument->createElement($name));
        }
        return $node;
    }

    /** The text of a child, '' when it is missing. */
    public static function text(?\DOMElement $parent, string $name): string
    {
        return trim(self::child($parent, $name)->textContent ?? '');
    }

    /** The text at a path with dots, such as `destination.port`; '' when it is missing. */
    public static function textAt(\DOMElement $parent, string $path): string
    {
        $names = explode('.', $path);
        $last = array_pop($names);
        $node = $parent;
        foreach ($names as $name) {
            $node = self::child($node, $name);
        }
        return self::text($node, $last);
    }

    /** Sets the text at a path with dots; what is missing on the way is made. */
    public static function setTextAt(\DOMElement $parent, string $path, string $text): void
    {
        $names = explode('.', $path);
        $last = array_pop($names);
        self::setText(self::ensure($parent, ...$names), $last, $text);
    }

    public static function setText(\DOMElement $parent, string $name, string $text): void
    {
        $child = self::child($parent, $name)
            ?? $parent->appendChild($parent->ownerDocument->createElement($name));
        while ($child->firstChild !== null) {
            $child->removeChild($child->firstChild);
        }
        if ($text !== '') {
            $child->appendChild($parent->ownerDocument->createTextNode($text));
        }
    }

    public static function remove(\DOMElement $node): void
    {
        $node->parentNode?->removeChild($node);
    }

    /** An element with a text in each child, empty ones left out. */
    public static function make(\DOMDocument $document, string $name, array $fields): \DOMElement
    {
        $node = $document->createElement($name);
        foreach ($fields as $field => $text) {
            if ((string)$text !== '') {
                self::setText($node, (string)$field, (string)$text);
            }
        }
        return $node;
    }

    /** The source text of an element, from which import() makes it again. */
    public static function source(\DOMElement $node): string
    {
        return $node->ownerDocument->saveXML($node);
    }

    public static function import(\DOMDocument $document, string $source): \DOMElement
    {
        $other = new \DOMDocument();
        $other->loadXML($source, LIBXML_NOBLANKS);
        return $document->importNode($other->documentElement, true);
    }

    /**
     * The same for two elements that say the same: blanks around texts, empty fields and the order of different fields do not
     * count. Control characters set the parts apart, since no text of XML can hold them.
     */
    public static function canon(\DOMElement $node): string
    {
        $children = self::children($node);
        if ($children === []) {
            return $node->nodeName . '=' . trim($node->textContent);
        }
        $parts = [];
        foreach ($children as $child) {
            $part = self::canon($child);
            if ($part !== $child->nodeName . '=') {
                $parts[$child->nodeName][] = $part;
            }
        }
        ksort($parts, SORT_STRING);
        $text = implode("\x02", array_merge(...array_values($parts)));
        return $node->nodeName . ($text === '' ? '=' : "\x01" . $text . "\x03");
    }

    public static function canonOf(string $source): string
    {
        $document = new \DOMDocument();
        return self::canon(self::import($document, $source));
    }

    /** A random (version 4) uuid: OPNsense refuses any other. */
    public static function uuid(): string
    {
        $bytes = random_bytes(16);
        $bytes[6] = chr(ord($bytes[6]) & 0x0f | 0x40);
        $bytes[8] = chr(ord($bytes[8]) & 0x3f | 0x80);
        return vsprintf('%s%s-%s-%s-%s-%s%s%s', str_split(bin2hex($bytes), 4));
    }
}
