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
use OPNsense\Slash32\Engine\Paths;
use OPNsense\Slash32\Engine\RequestFile;
use OPNsense\Slash32\Gui\Overview;

/**
 * What the status page and the dashboard widget ask: facts, rows, and the end of a change that waits. The web server may
 * not be root, so the work is done by the engine's script through configd.
 */
class StatusController extends ApiControllerBase
{
    /** Seconds: an undoing restarts services, and a push to the peer takes its time. */
    private const PATIENCE = 900;

    /**
     * The facts of one glance: what waits and for how long, how much is managed, how the last applies ended.
     */
    public function summaryAction()
    {
        $status = $this->ask('status', []);
        return $status['result'] === 'ok' ? (new Overview($status))->summary() : $status;
    }

    public function searchReservationAction()
    {
        $status = $this->ask('status', []);
        if ($status['result'] !== 'ok') {
            return $this->noRows($status);
        }
        $interface = (string)$this->request->getPost('interface', null, '');
        $isShown = $interface === '' ? null : fn ($row) => $row['interface'] === $interface;
        return $this->searchRecordsetBase((new Overview($status))->reservations(), null, null, $isShown);
    }

    public function searchApplyAction()
    {
        $status = $this->ask('status', []);
        if ($status['result'] !== 'ok') {
            return $this->noRows($status);
        }
        return $this->searchRecordsetBase((new Overview($status))->applies());
    }

    public function confirmAction()
    {
        return $this->end('gui_confirm');
    }

    public function rollbackAction()
    {
        return $this->end('gui_rollback');
    }

    private function end(string $verb): array
    {
        if (!$this->request->isPost()) {
            return ['result' => 'failed'];
        }
        WriteAccess::demand($this->getUserName());
        $id = $this->request->getPost('id', null, '');
        if (!is_string($id) || !preg_match('/^[0-9a-f]{16}$/', $id)) {
            return ['result' => 'failed', 'message' => gettext('This is not the id of a change. Nothing was changed.')];
        }
        return $this->ask($verb, ['id' => $id]);
    }

    private function ask(string $verb, array $body): array
    {
        $requests = new RequestFile(Paths::standard());
        $name = null;
        try {
            $name = $requests->write($body, (string)$this->getUserName(), $this->request->getClientAddress());
            $text = (new Backend())->configdpRun('slash32 ' . $verb, [$name], false, self::PATIENCE);
        } catch (\Throwable $e) {
            $this->getLogger()->error('slash32: ' . $e->getMessage());
            $text = '';
        } finally {
            if ($name !== null) {
                $requests->remove($name);
            }
        }
        $answer = json_decode(trim((string)$text), true);
        if (!is_array($answer) || !isset($answer['result'])) {
            return ['result' => 'failed', 'message' => gettext(
                'The engine of slash32 gave no answer, so its state is not known. A change that waits is still rolled ' .
                'back by itself when its time is up. Is configd running? The log of slash32 may say more.'
            )];
        }
        return $answer;
    }

    /** An empty table that still says why it is empty. */
    private function noRows(array $status): array
    {
        return $this->searchRecordsetBase([]) + ['message' => $status['message'] ?? ''];
    }
}
