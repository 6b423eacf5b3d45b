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

/**
 * Users who may look and not write. OPNsense's controllers can refuse them by themselves only from 26.1.11 on.
 */
final class WriteAccess
{
    private const PRIVILEGE = 'user-config-readonly';

    /** @throws UserException with OPNsense's own words, when the user may not write */
    public static function demand(?string $user): void
    {
        if (!(new ACL())->hasPrivilege($user, self::PRIVILEGE) && !self::isListed((string)$user)) {
            return;
        }
        throw new UserException(
            sprintf(gettext('User %s denied for write access (user-config-readonly set)'), $user),
            gettext('General access')
        );
    }

    /** The user manager stores privileges as one list with commas, which the releases before 26.7 do not take apart. */
    private static function isListed(string $user): bool
    {
        foreach (Config::getInstance()->object()->system->user ?? [] as $known) {
            foreach ((string)$known->name === $user ? $known->priv : [] as $list) {
                if (in_array(self::PRIVILEGE, array_map('trim', explode(',', (string)$list)), true)) {
                    return true;
                }
            }
        }
        return false;
    }
}
