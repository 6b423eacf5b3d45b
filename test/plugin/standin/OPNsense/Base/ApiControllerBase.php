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

namespace OPNsense\Base;

use OPNsense\Core\ACL;
use OPNsense\Core\Config;
use OPNsense\Core\Syslog;
use OPNsense\Mvc\Request;
use OPNsense\Mvc\Response;
use Slash32StandIn\Users;

/**
 * Stand-in: authentication, privileges, CSRF and JSON as OPNsense's API controllers do them.
 */
class ApiControllerBase
{
    public Request $request;
    public Response $response;
    private ?string $user = null;

    public function getUserName(): ?string
    {
        return $this->user;
    }

    public function initialize()
    {
    }

    public function beforeExecuteRoute($dispatcher)
    {
        return $this->isExternalClient() ? $this->authenticateKey() : $this->authenticateSession();
    }

    public function afterExecuteRoute($dispatcher)
    {
        $data = $dispatcher->getReturnedValue();
        if (is_array($data)) {
            $this->response->setContentType('application/json', 'UTF-8');
            $text = json_encode($data);
            $this->response->setContent($this->isExternalClient() ? $text : htmlspecialchars($text, ENT_NOQUOTES));
        } else {
            $this->response->setContent($data);
        }
        $this->response->send();
    }

    protected function getLogger($ident = 'api')
    {
        return new Syslog($ident);
    }

    /** Rows that hold every word of the search phrase in any field; no sorting. */
    protected function searchRecordsetBase(
        $records,
        $fields = null,
        $defaultSort = null,
        $filter_funct = null,
        $sort_flags = SORT_NATURAL,
        $search_clauses = null
    ) {
        $words = preg_split('/\s+/', (string)$this->request->getPost('searchPhrase', null, ''), -1, PREG_SPLIT_NO_EMPTY);
        $rows = array_values(array_filter($records, function (array $row) use ($words, $filter_funct) {
            $text = json_encode($row, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE);
            $misses = array_filter($words, fn (string $word) => stripos($text, $word) === false);
            return $misses === [] && ($filter_funct === null || $filter_funct($row));
        }));
        $count = (int)$this->request->getPost('rowCount', 'int', 9999);
        $page = (int)$this->request->getPost('current', 'int', 1);
        $shown = $count < 0 ? $rows : array_slice($rows, ($page - 1) * $count, $count);
        return ['total' => count($rows), 'rowCount' => count($shown), 'current' => $page, 'rows' => $shown];
    }

    protected function isExternalClient(): bool
    {
        return $this->request->getHeader('Authorization') !== '';
    }

    private function authenticateKey(): bool
    {
        $encoded = explode(' ', $this->request->getHeader('Authorization'))[1] ?? '';
        $parts = explode(':', (string)base64_decode($encoded));
        $user = count($parts) > 1 ? Users::byKey($parts[0], $parts[1]) : null;
        if ($user === null) {
            return $this->answer(401, 'Authentication Failed');
        }
        if (!(new ACL())->isPageAccessible($user, $_SERVER['REQUEST_URI'])) {
            return $this->answer(403, 'Forbidden');
        }
        $this->user = $user;
        if (!$this->parseBody()) {
            return $this->answer(400, 'Invalid JSON syntax');
        }
        Config::getInstance()->setRevisionContext(['username' => $user, 'user_apitoken' => $parts[0]]);
        return true;
    }

    private function authenticateSession(): bool
    {
        $session = Users::session($_COOKIE['PHPSESSID'] ?? '');
        if ($session === null) {
            $this->response->setHeader('Location', '/?url=' . $_SERVER['REQUEST_URI']);
            http_response_code(302);
            return false;
        }
        if (!(new ACL())->isPageAccessible($session['user'], $_SERVER['REQUEST_URI'])) {
            http_response_code(403);
            return false;
        }
        if ($this->request->isPost() && $this->request->getHeader('X_CSRFTOKEN') !== $session['csrf']) {
            http_response_code(403);
            return false;
        }
        $this->parseBody();
        $this->user = $session['user'];
        return true;
    }

    private function parseBody(): bool
    {
        $type = strtolower(str_replace(' ', '', $this->request->getHeader('CONTENT_TYPE')));
        if (!in_array($type, ['application/json', 'application/json;charset=utf-8'], true)) {
            return true;
        }
        $body = $this->request->getJsonRawBody();
        $_POST = is_array($body) ? $body : [];
        $_REQUEST = $_POST + $_REQUEST;
        return $this->request->getRawBody() !== '';
    }

    private function answer(int $status, string $message): bool
    {
        http_response_code($status);
        $this->response->setContentType('application/json', 'UTF-8');
        $this->response->setContent(['status' => $status, 'message' => $message]);
        $this->response->send();
        return false;
    }
}
