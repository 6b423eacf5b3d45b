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

namespace OPNsense\Slash32\Access;

use OPNsense\Base\UserException;
use OPNsense\Core\ACL;
use OPNsense\Core\Config;
use OPNsense\Slash32\Engine\Bindings;

/**
 * Users who may look and not write, which OPNsense's controllers can refuse by themselves only from 26.1.11 on; and users whose
 * keys a slash32 works with.
 */
final class WriteAccess
{
    private const READ_ONLY = 'user-config-readonly';
    /** What the key of a slash32 has. */
    private const SERVICE = 'page-services-slash32-api';

    /** @throws UserException with OPNsense's own words, when the user may not write */
    public static function demand(?string $user): void
    {
        if (!self::has((string)$user, self::READ_ONLY)) {
            return;
        }
        throw new UserException(
            sprintf(gettext('User %s denied for write access (user-config-readonly set)'), $user),
            gettext('General access')
        );
    }

    /**
     * Whether a key is that of a service: what it may touch is not its own to widen, whatever else it may do.
     */
    public static function isOfService(?string $user): bool
    {
        $bound = Bindings::all(Config::getInstance()->object());
        return in_array((string)$user, $bound, true) || self::has((string)$user, self::SERVICE);
    }

    private static function has(string $user, string $privilege): bool
    {
        return (new ACL())->hasPrivilege($user, $privilege) || self::isListed($user, $privilege);
    }

    /** The user manager stores privileges as one list with commas, which the releases before 26.7 do not take apart. */
    private static function isListed(string $user, string $privilege): bool
    {
        foreach (Config::getInstance()->object()->system->user ?? [] as $known) {
            foreach ((string)$known->name === $user ? $known->priv : [] as $list) {
                if (in_array($privilege, array_map('trim', explode(',', (string)$list)), true)) {
                    return true;
                }
            }
        }
        return false;
    }
}
