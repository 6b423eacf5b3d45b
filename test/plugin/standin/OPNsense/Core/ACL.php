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
 * Stand-in: who may call what, by the plugin's own ACL.xml and `page-all`.
 */
final class ACL
{
    /** Used while the plugin's own ACL.xml is not there. */
    private const PATTERNS = [
        'page-services-slash32-api' => ['api/slash32/state/*'],
        'page-services-slash32' => ['ui/slash32/*', 'api/slash32/settings/*', 'api/slash32/status/*'],
    ];

    public function hasPrivilege($user, $privilege): bool
    {
        return in_array($privilege, \Slash32StandIn\Users::privileges((string)$user, false), true);
    }

    public function isPageAccessible($user, $url): bool
    {
        foreach (\Slash32StandIn\Users::privileges((string)$user) as $privilege) {
            foreach ($privilege === 'page-all' ? ['*'] : self::patterns()[$privilege] ?? [] as $pattern) {
                $expression = str_replace('\*', '.*', preg_quote($pattern, '@'));
                $expression = preg_replace('@([/&?])\.\*$@', '($1.*)?', $expression);
                if (preg_match('@^/' . $expression . '$@', (string)$url)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static function patterns(): array
    {
        $file = SLASH32_SOURCE . '/opnsense/mvc/app/models/OPNsense/Slash32/ACL/ACL.xml';
        $acl = is_file($file) ? simplexml_load_file($file) : false;
        if ($acl === false) {
            return self::PATTERNS;
        }
        $patterns = [];
        foreach ($acl as $name => $entry) {
            foreach ($entry->patterns->pattern ?? [] as $pattern) {
                $patterns[$name][] = (string)$pattern;
            }
        }
        return $patterns;
    }
}
