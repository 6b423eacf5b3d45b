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

use OPNsense\Base\ApiControllerBase;
use OPNsense\Core\Backend;
use OPNsense\Slash32\Access\WriteAccess;
use OPNsense\Slash32\Engine\Json;
use OPNsense\Slash32\Engine\Paths;
use OPNsense\Slash32\Engine\RequestFile;

/**
 * The API that slash32 speaks, docs/plugin-api.md. The web server may not be root, and may die while it waits: all the
 * work is done by a script that configd runs.
 */
class StateController extends ApiControllerBase
{
    /** The longest body of a call, in bytes. */
    private const LONGEST = 16777216;
    /** The most lists and objects in a body: each costs a hundred times its two bytes once it is read. */
    private const MOST = 500000;
    /** How long to wait for the script, in seconds; its work goes on after that. */
    private const PATIENCE = 900;

    /**
     * Refuses an over-long body before anybody reads it.
     * @inheritdoc
     */
    public function beforeExecuteRoute($dispatcher)
    {
        if ((int)$this->request->getHeader('CONTENT_LENGTH') > self::LONGEST) {
            $this->response->setContentType('application/json', 'UTF-8');
            $this->response->setContent($this->tooLong(), true);
            $this->response->send();
            return false;
        }
        return parent::beforeExecuteRoute($dispatcher);
    }

    /** Reads what slash32 plans from. */
    public function getAction()
    {
        return $this->run('state', null);
    }

    /** Lists what is open on the firewall, as pf keeps it. */
    public function connectionsAction()
    {
        return $this->run('connections', null);
    }

    /** Applies a change as a whole, or says why not. */
    public function applyAction()
    {
        return $this->write('apply');
    }

    /** Keeps a change for good. */
    public function confirmAction()
    {
        return $this->write('confirm');
    }

    /** Undoes a change that waits. */
    public function rollbackAction()
    {
        return $this->write('rollback');
    }

    private function write(string $verb): array
    {
        $type = strtolower(str_replace(' ', '', $this->request->getHeader('CONTENT_TYPE')));
        if (!$this->request->isPost() || !str_starts_with($type, 'application/json')) {
            return ['result' => 'failed'];
        }
        WriteAccess::demand($this->getUserName());
        $text = $this->request->getRawBody();
        if (strlen($text) > self::LONGEST) {
            return $this->tooLong();
        }
        if (substr_count($text, '{') + substr_count($text, '[') > self::MOST) {
            return $this->tooMany();
        }
        $body = Json::decode($text);
        return is_array($body) || is_object($body) ? $this->run($verb, $body) : ['result' => 'failed'];
    }

    private function run(string $verb, array|object|null $body): array
    {
        $file = new RequestFile(Paths::standard());
        $name = $file->write($body, (string)$this->getUserName(), $this->request->getClientAddress());
        try {
            $answer = (new Backend())->configdpRun('slash32 ' . $verb, [$name], false, self::PATIENCE);
        } finally {
            $file->remove($name);
        }
        $decoded = json_decode((string)$answer, true);
        if (is_array($decoded)) {
            return $decoded;
        }
        return [
            'result' => 'failed',
            'under_way' => true,
            'message' => gettext(
                'configd gave no answer. If a change was under way, it goes on without this call or is rolled back by ' .
                'itself; read the state again. See the log of configd on the firewall.'
            ),
        ];
    }

    private function tooLong(): array
    {
        return self::refusal(
            gettext('length'),
            gettext('The body is longer than 16 MB. Nothing was read and nothing was changed.')
        );
    }

    private function tooMany(): array
    {
        return self::refusal(
            gettext('content'),
            gettext('The body holds more than 500,000 lists and objects. Nothing was read and nothing was changed.')
        );
    }

    private static function refusal(string $object, string $message): array
    {
        return ['result' => 'refused', 'code' => 'invalid', 'errors' => [[
            'where' => 'body',
            'object' => $object,
            'message' => $message,
        ]]];
    }
}
