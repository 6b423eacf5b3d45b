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

namespace OPNsense\Slash32;

use OPNsense\Base\BaseModel;
use OPNsense\Base\Messages\Message;
use OPNsense\Core\Config;
use OPNsense\Slash32\Check\PublishList;
use OPNsense\Slash32\Engine\Bindings;

/**
 * The plugin's settings, and the owners that it knows. The engine reads both straight from config.xml.
 */
class Slash32 extends BaseModel
{
    /**
     * Looks at the lists, of which each line has a form of its own.
     * @inheritdoc
     */
    public function performValidation($validateFullModel = false)
    {
        $messages = parent::performValidation($validateFullModel);
        $looks = ['publishes' => [self::class, 'publishesFault'], 'owner_users' => [self::class, 'ownersFault']];
        foreach ($looks as $name => $look) {
            $field = $this->general->$name;
            $fault = $validateFullModel || $field->isFieldChanged() ? $look((string)$field) : null;
            if ($fault !== null) {
                $messages->appendMessage(new Message($fault, 'general.' . $name));
            }
        }
        return $messages;
    }

    private static function publishesFault(string $text): ?string
    {
        $ids = [];
        foreach (Config::getInstance()->object()->interfaces?->children() ?? [] as $id => $interface) {
            $ids[] = (string)$id;
        }
        foreach (PublishList::split($text) as $line) {
            $parts = PublishList::parse($line);
            if ($parts === null) {
                return sprintf(
                    gettext('"%s" is no line of this list: write an interface, tcp or udp, and a port or a range, as in wan tcp/443.'),
                    $line
                );
            }
            if (!in_array($parts[0], $ids, true)) {
                return sprintf(
                    gettext('"%s" names no interface: write one of %s.'),
                    $line,
                    implode(', ', $ids)
                );
            }
        }
        return null;
    }

    private static function ownersFault(string $text): ?string
    {
        $users = [];
        foreach (Config::getInstance()->object()->system->user ?? [] as $user) {
            $users[] = (string)$user->name;
        }
        $owners = [];
        foreach (Bindings::split($text) as $line) {
            [$owner, $user] = Bindings::parse($line) ?? [null, null];
            if ($owner === null) {
                return sprintf(
                    gettext('"%s" is no line of this list: write an owner and a user, as in home slash32.'),
                    $line
                );
            }
            if (!in_array($user, $users, true)) {
                return sprintf(gettext('"%s" names a user that OPNsense does not have.'), $line);
            }
            if (in_array($owner, $owners, true)) {
                return sprintf(gettext('The owner %s stands here twice: one user may act for him.'), $owner);
            }
            $owners[] = $owner;
        }
        return null;
    }
}
