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

namespace OPNsense\Slash32\Api;

use OPNsense\Base\ApiMutableModelControllerBase;
use OPNsense\Base\UserException;
use OPNsense\Slash32\Access\WriteAccess;

/**
 * The plugin's settings. They are read anew at every change, so nothing has to be applied after they were saved.
 */
class SettingsController extends ApiMutableModelControllerBase
{
    protected static $internalModelName = 'slash32';
    protected static $internalModelClass = 'OPNsense\Slash32\Slash32';

    /** Stores the settings. Whatever else the model holds is none, and a call that brings any of it changes nothing. */
    public function setAction()
    {
        WriteAccess::demand($this->getUserName());
        if ($this->isExternalClient() && WriteAccess::isOfService($this->getUserName())) {
            throw new UserException(
                gettext('The API key of a slash32 may not change what it may touch. Nothing was changed.'),
                gettext('Services: slash32: Settings')
            );
        }
        $posted = $this->request->getPost(static::$internalModelName);
        $others = array_diff(array_keys(is_array($posted) ? $posted : []), ['general']);
        if ($others !== []) {
            return ['result' => 'failed', 'validations' => [
                static::$internalModelName . '.' . reset($others) => gettext('This is no setting. Nothing was changed.'),
            ]];
        }
        return parent::setAction();
    }

    /**
     * The record of owners is the engine's business and is not a setting.
     */
    protected function getModelNodes()
    {
        return ['general' => $this->getModel()->general->getNodes()];
    }
}
