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

/**
 * OPNsense keeps what its models hold in a cache that is good for as long as the model's `persisted_at` stays the same.
 * Whoever edits the nodes themselves has to renew it, or OPNsense goes on with aliases that are gone and does not find
 * those that are new.
 */
final class ModelStamp
{
    private const MODELS = ['Category', 'Alias', 'Filter'];

    public static function renew(\SimpleXMLElement $root): void
    {
        foreach (self::MODELS as $name) {
            $node = $root->OPNsense?->Firewall?->$name;
            if (isset($node[0])) {
                $node['persisted_at'] = sprintf('%0.2f', microtime(true));
            }
        }
    }

    /** Whether reloading these services means that nodes of these models were edited. */
    public static function isNeeded(array $reload): bool
    {
        return array_intersect($reload, ['aliases', 'filter']) !== [];
    }
}
