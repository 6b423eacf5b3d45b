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

namespace OPNsense\Slash32\Migrations;

use OPNsense\Base\BaseModelMigration;
use OPNsense\Core\Config;
use OPNsense\Slash32\Check\PublishList;
use OPNsense\Slash32\Check\RedirectCheck;
use OPNsense\Slash32\Request\Marker;

/**
 * Before 1.1.0 redirects could stand anywhere: those that stand are let stand. A new installation lets none.
 */
class M1_1_0 extends BaseModelMigration
{
    /** @inheritdoc */
    public function run($model)
    {
        parent::run($model);
        if (version_compare($model->getVersion() ?: '0.0.0', '1.0.0', '<')) {
            return;
        }
        $lines = PublishList::split((string)$model->general->publishes);
        foreach (Config::getInstance()->object()->nat?->rule ?? [] as $rule) {
            $ports = RedirectCheck::ports((string)$rule->destination?->port);
            $protocol = strtolower((string)$rule->protocol);
            if (Marker::owner((string)$rule->descr) === null || $ports === null) {
                continue;
            }
            foreach (explode(',', (string)$rule->interface) as $id) {
                $lines[] = PublishList::line($id, $protocol, ...$ports);
            }
        }
        $model->general->publishes = implode("\n", (new PublishList(array_unique($lines)))->texts());
    }
}
