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

namespace OPNsense\Slash32\Engine;

use OPNsense\Base\BaseModel;
use OPNsense\Core\Config;
use OPNsense\Slash32\Edit\ModelCheck;

/**
 * OPNsense's own check of aliases and rules, on the tree in memory. Only entries with a marker of slash32 can make it
 * object: a fault in somebody else's entry is not ours to judge.
 */
final class FirewallModels implements ModelCheck
{
    /** Class, path to the entries, field of the description. */
    private const MODELS = [
        'aliases' => ['\OPNsense\Firewall\Alias', ['aliases', 'alias'], 'description'],
        'rules' => ['\OPNsense\Firewall\Filter', ['rules', 'rule'], 'description'],
        'redirects' => ['\OPNsense\Firewall\DNat', ['rule'], 'descr'],
    ];

    /** The check, or null where OPNsense's models are not there, as in the stand-in. */
    public static function standard(): ?self
    {
        return class_exists('\OPNsense\Firewall\Filter') ? new self() : null;
    }

    public function check(): array
    {
        ModelStamp::renew(Config::getInstance()->object());
        $errors = [];
        foreach (self::MODELS as $where => [$class, $path, $label]) {
            if (!class_exists($class)) {
                continue;
            }
            $model = new $class();
            $found = $this->objections($where, $model, $path, $label);
            // a destination NAT is written in its full form by us: this one would rewrite those of others as well
            if ($found === [] && $where !== 'redirects') {
                $model->serializeToConfig(false, true);
            }
            array_push($errors, ...$found);
        }
        return $errors;
    }

    private function objections(string $where, BaseModel $model, array $path, string $label): array
    {
        $entries = $model;
        foreach ($path as $name) {
            $entries = $entries->$name;
        }
        $ours = [];
        foreach ($entries->iterateItems() as $entry) {
            $text = (string)$entry->$label;
            if (str_contains($text, '[slash32:')) {
                $ours[$entry->__reference . '.'] = (string)($entry->name ?? '') ?: $text;
            }
        }
        $errors = [];
        foreach ($model->performValidation(true) as $message) {
            $field = (string)$message->getField();
            // the parts of a reference: those of the path, uuid, field
            $stem = implode('.', array_slice(explode('.', $field), 0, count($path) + 1)) . '.';
            if (isset($ours[$stem])) {
                $errors[] = [
                    'where' => $where,
                    'object' => $ours[$stem],
                    'message' => substr($field, strlen($stem)) . ': ' . $message->getMessage(),
                ];
            }
        }
        return $errors;
    }
}
