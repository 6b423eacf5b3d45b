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

namespace OPNsense\Core;

/**
 * Stand-in: config.xml as OPNsense keeps it. Written in place under flock, with a revision node and a copy in
 * /conf/backup; reading it anew only when the lock was not held before.
 */
final class Config
{
    private static ?self $instance = null;
    private ?\SimpleXMLElement $tree = null;
    /** @var resource|null */
    private $handle = null;
    private bool $isLocked = false;
    private array $context = [];

    public static function getInstance(): self
    {
        if (self::$instance === null) {
            self::$instance = new self();
            self::$instance->load();
        }
        return self::$instance;
    }

    /** For tests: forgets everything, as a new process would. */
    public static function reset(): void
    {
        self::$instance?->unlock();
        self::$instance = null;
    }

    public function object(): \SimpleXMLElement
    {
        return $this->tree;
    }

    public function forceReload(): void
    {
        $this->handle = null;
        $this->isLocked = false;
        $this->load();
    }

    public function lock($reload = true): self
    {
        flock($this->handle, LOCK_EX);
        $again = $reload && !$this->isLocked;
        $this->isLocked = true;
        if ($again) {
            $this->load();
        }
        return $this;
    }

    public function unlock(): self
    {
        if (is_resource($this->handle)) {
            flock($this->handle, LOCK_UN);
            $this->isLocked = false;
        }
        return $this;
    }

    public function setRevisionContext($context): bool
    {
        $this->context = $context;
        return true;
    }

    /** Drops the lock of the file at the end, and goes on believing that it holds it: as the real one does. */
    public function save($revision = null, $backup = true): void
    {
        $now = microtime(true);
        $this->stamp($revision ?? [], $now);
        flock($this->handle, LOCK_EX);
        $text = (string)$this;
        fseek($this->handle, 0);
        chmod($this->file(), 0640);
        ftruncate($this->handle, 0);
        $text = $this->room($text);
        fwrite($this->handle, $text);
        fflush($this->handle);
        if ($backup) {
            $this->backup($now, $text);
        }
        flock($this->handle, LOCK_UN);
    }

    /** As much of the text as a full disk would take: `conf.room` says for how many bytes there is room, one time. */
    private function room(string $text): string
    {
        $file = SLASH32_PREFIX . '/conf.room';
        if (!is_file($file)) {
            return $text;
        }
        $bytes = (int)file_get_contents($file);
        unlink($file);
        return substr($text, 0, $bytes);
    }

    public function __toString(): string
    {
        $document = new \DOMDocument('1.0');
        $root = $document->appendChild($document->createElement('opnsense'));
        foreach ($this->tree as $child) {
            $root->appendChild($document->importNode(dom_import_simplexml($child), true));
        }
        $pretty = new \DOMDocument('1.0');
        $pretty->preserveWhiteSpace = false;
        $pretty->formatOutput = true;
        $pretty->loadXML($document->saveXML(), LIBXML_PARSEHUGE);
        return $pretty->saveXML();
    }

    private function load(): void
    {
        $this->handle ??= fopen($this->file(), 'r+e');
        foreach ([LOCK_SH | LOCK_NB, LOCK_SH] as $mode) {
            if (!$this->isLocked) {
                flock($this->handle, $mode);
            }
            $text = trim(stream_get_contents($this->handle, -1, 0));
            $tree = @simplexml_load_string($text, \SimpleXMLElement::class, LIBXML_PARSEHUGE);
            if (!$this->isLocked) {
                flock($this->handle, LOCK_UN);
            }
            if ($tree !== false) {
                $this->tree = $tree;
                return;
            }
        }
        throw new \RuntimeException('invalid config xml');
    }

    private function stamp(array $revision, float $now): void
    {
        $user = $this->context['username'] ?? '(root)';
        if (!empty($_SERVER['REMOTE_ADDR']) && !str_contains($user, '@')) {
            $user .= '@' . $_SERVER['REMOTE_ADDR'];
        }
        $what = ($_SERVER['REQUEST_URI'] ?? $_SERVER['SCRIPT_NAME']) . ' made changes';
        $values = array_merge(
            $this->context,
            ['username' => $user, 'description' => $what, 'time' => sprintf('%0.2f', $now)],
            $revision
        );
        unset($this->tree->revision);
        $node = $this->tree->addChild('revision');
        foreach ($values as $name => $value) {
            $node->$name = (string)$value;
        }
    }

    private function backup(float $now, string $text): void
    {
        $folder = dirname($this->file()) . '/backup';
        if (!is_dir($folder)) {
            mkdir($folder, 0750);
        }
        $file = sprintf('%s/config-%s.xml', $folder, $now);
        if (file_exists($file)) {
            $file = sprintf('%s/config-%s_%d.xml', $folder, $now, hrtime()[1]);
        }
        file_put_contents($file, $text);
        chmod($file, 0640);
        $keep = (int)($this->tree->system->backupcount ?? 100) ?: 100;
        $all = glob($folder . '/config-*.xml');
        rsort($all);
        array_map('unlink', array_slice($all, $keep));
    }

    private function file(): string
    {
        return SLASH32_PREFIX . '/conf/config.xml';
    }
}
