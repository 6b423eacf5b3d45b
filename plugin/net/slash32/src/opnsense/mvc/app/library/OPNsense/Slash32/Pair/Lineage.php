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

namespace OPNsense\Slash32\Pair;

use OPNsense\Slash32\Edit\Xml;
use OPNsense\Slash32\Engine\Json;
use OPNsense\Slash32\Engine\Paths;
use OPNsense\Slash32\Engine\SafeFile;
use OPNsense\Slash32\Engine\Store;

/**
 * On the node that is synchronised: what it had when the other one last finished, and who has written what it shares since.
 * The next synchronisation would replace all of that, so the other node asks first.
 */
final class Lineage
{
    /** How OPNsense describes a save that came from the other node (core, xmlrpc/legacy.inc). */
    private const MERGE = '/^Merged .* config sections from XMLRPC client\.$/';
    /** What an upgrade writes by itself (core, run_migrations.php). */
    private const UPGRADE = '/run_migrations\.php made changes/';
    /** Saves that are looked at, newest first. */
    private const MOST = 100;

    public function __construct(private readonly Paths $paths, private readonly Store $store)
    {
    }

    /**
     * Remembers that the shared sections are as the other node has them.
     * @param string[] $sections paths with dots, as the other node sends them
     */
    public function remember(array $sections, int $now): void
    {
        SafeFile::directory($this->paths->state());
        $text = Json::encode(['at' => $now, 'digest' => self::digest($this->store->bytes(), $sections), 'sections' => $sections]);
        SafeFile::write($this->file(), $text);
    }

    /**
     * @param string[] $sections what would be replaced, where nothing was remembered yet
     * @return array|null rows with at, user and description, newest first, of each save of somebody else since the last
     *     synchronisation; null where nobody ever synchronised this node, as far as its copies of config.xml go back
     */
    public function changed(array $sections): ?array
    {
        $known = json_decode((string)@file_get_contents($this->file()), true);
        $now = $this->store->bytes();
        if (!is_array($known) || !isset($known['at'], $known['digest'], $known['sections'])) {
            return $this->lastMerge() === 0 ? null : $this->saves($now, ['at' => 0, 'digest' => '', 'sections' => $sections]);
        }
        return self::digest($now, $known['sections']) === $known['digest'] ? [] : $this->saves($now, $known);
    }

    /** When the other node last wrote here by OPNsense's own synchronisation, or 0. */
    public function lastMerge(): int
    {
        foreach ($this->history($this->store->bytes()) as [, $save]) {
            if (preg_match(self::MERGE, $save['description']) === 1) {
                return $save['at'];
            }
        }
        return 0;
    }

    /** @param array $known what remember() wrote */
    private function saves(string $now, array $known): array
    {
        $found = [];
        $later = null;
        foreach ($this->history($now) as [$text, $save]) {
            $digest = self::digest($text, $known['sections']);
            if ($later !== null && $later['digest'] !== $digest) {
                $found[] = $later['save'];
            }
            $isOthers = preg_match(self::MERGE, $save['description']) === 1;
            if ($isOthers || $digest === $known['digest'] || $save['at'] < $known['at']) {
                return $found;
            }
            $isByItself = preg_match(self::UPGRADE, $save['description']) === 1;
            $later = $isByItself ? null : ['digest' => $digest, 'save' => $save];
        }
        // older saves are gone: nobody can tell that the oldest known one changed nothing
        return $later === null ? $found : [...$found, $later['save']];
    }

    /** @return \Generator rows of text and of at, user and description, newest first */
    private function history(string $now): \Generator
    {
        $seen = [];
        $files = glob($this->paths->backups() . '/config-*.xml') ?: [];
        usort($files, fn (string $one, string $other) => strnatcmp(basename($other), basename($one)));
        foreach ([null, ...array_slice($files, 0, self::MOST)] as $file) {
            $text = $file === null ? $now : (string)@file_get_contents($file);
            $save = self::save($text);
            $key = $save === null ? null : Json::encode($save) . hash('sha256', $text);
            if ($save !== null && !isset($seen[$key])) {
                $seen[$key] = true;
                yield [$text, $save];
            }
        }
    }

    private static function save(string $text): ?array
    {
        if (preg_match('~<revision>(.*?)</revision>~s', $text, $found) !== 1) {
            return null;
        }
        $field = fn (string $name) => preg_match("~<$name>(.*?)</$name>~s", $found[1], $one) === 1
            ? html_entity_decode(trim((string)preg_replace('~^<!\[CDATA\[(.*)\]\]>$~s', '$1', trim($one[1]))), ENT_QUOTES | ENT_XML1) : '';
        return ['at' => (int)$field('time'), 'user' => $field('username'), 'description' => $field('description')];
    }

    private static function digest(string $text, array $sections): string
    {
        $root = @simplexml_load_string($text, \SimpleXMLElement::class, LIBXML_NOBLANKS | LIBXML_PARSEHUGE);
        if ($root === false) {
            return '';
        }
        $parts = [];
        foreach ($sections as $path) {
            $nodes = [Xml::dom($root)];
            foreach (explode('.', $path) as $name) {
                $nodes = array_merge(...array_map(fn (\DOMElement $node) => Xml::children($node, $name), $nodes));
            }
            foreach ($nodes as $node) {
                $canon = Xml::canon($node);
                // an element that says nothing is the same as none
                $parts[] = $canon === $node->nodeName . '=' ? '' : $path . ' ' . $canon;
            }
        }
        return hash('sha256', implode("\n", array_filter($parts)));
    }

    private function file(): string
    {
        return $this->paths->state() . '/lineage.pair';
    }
}
