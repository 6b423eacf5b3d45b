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

use OPNsense\Slash32\Engine\Record;
use OPNsense\Slash32\Engine\Settings;

/**
 * What one node tells the other when it asks or hands over: what of slash32 stands in its config.xml, and which changes
 * nobody has confirmed yet. A value; the other node trusts it, since only a user who may synchronise can bring it.
 */
final class Statement
{
    public const API = 1;

    /**
     * @param string[] $scope interfaces that slash32 may touch
     * @param string[] $chosen items that OPNsense synchronises
     * @param array $digests as Inventory::digests()
     * @param string[] $waiting ids of changes that nobody has confirmed
     * @param string[] $sections paths of what OPNsense synchronises
     */
    public function __construct(
        public readonly array $scope,
        public readonly array $chosen,
        public readonly array $digests,
        public readonly array $waiting,
        public readonly array $sections = []
    ) {
    }

    /** @param Record[] $records the changes that are not settled */
    public static function of(\SimpleXMLElement $root, array $records): self
    {
        $scope = Settings::scope($root);
        return new self(
            $scope,
            SyncItems::chosen($root),
            Inventory::of($root, $scope)->digests(),
            array_map(fn (Record $record) => $record->id, $records)
        );
    }

    /** One that says nothing, where only the form counts. */
    public function emptied(): self
    {
        return new self([], [], [], []);
    }

    public function toArray(): array
    {
        return ['api' => self::API] + get_object_vars($this);
    }

    /** @return self|null null when it has another form */
    public static function parse(mixed $body): ?self
    {
        if (!is_array($body) || ($body['api'] ?? null) !== self::API) {
            return null;
        }
        $lists = [];
        foreach (['scope', 'chosen', 'digests', 'waiting', 'sections'] as $name) {
            $list = $body[$name] ?? null;
            if (!is_array($list) || array_filter($list, fn ($one) => !is_string($one)) !== []) {
                return null;
            }
            $lists[$name] = $name === 'digests' ? $list : array_values($list);
        }
        return new self(...$lists);
    }
}
