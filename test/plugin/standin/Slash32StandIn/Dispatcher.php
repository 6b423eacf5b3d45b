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

namespace Slash32StandIn;

use OPNsense\Base\UserException;
use OPNsense\Mvc\Request;
use OPNsense\Mvc\Response;

/**
 * From a path to a controller's action and back, as OPNsense's api.php does it.
 */
final class Dispatcher
{
    private mixed $returned = null;

    public function getReturnedValue(): mixed
    {
        return $this->returned;
    }

    public function dispatch(string $uri): void
    {
        $parts = array_values(array_filter(explode('/', (string)parse_url($uri, PHP_URL_PATH)), fn ($one) => $one !== ''));
        [$prefix, $module, $controller, $action] = $parts + ['', '', '', 'index'];
        $class = sprintf('OPNsense\\%s\\Api\\%sController', self::camel($module), self::camel($controller));
        $method = lcfirst(self::camel($action)) . 'Action';
        if ($prefix !== 'api' || !class_exists($class) || !method_exists($class, $method)) {
            self::error(404, 'Endpoint not found');
            return;
        }
        $instance = new $class();
        $instance->request = new Request();
        $instance->response = new Response();
        try {
            if ($instance->beforeExecuteRoute($this) !== false) {
                $instance->initialize();
                $this->returned = $instance->$method(...array_slice($parts, 4));
                $instance->afterExecuteRoute($this);
            }
        } catch (UserException $e) {
            self::error(500, $e->getMessage(), ['errorTitle' => $e->getTitle(), 'errorLevel' => 'error']);
        } catch (\Throwable $e) {
            error_log((string)$e);
            self::error(500, 'Unexpected error, check log for details');
        }
    }

    private static function camel(string $name): string
    {
        return str_replace('_', '', ucwords($name, '_'));
    }

    private static function error(int $status, string $message, array $more = []): void
    {
        http_response_code($status);
        header('Content-Type: application/json;charset=utf-8');
        echo json_encode(['errorMessage' => $message] + $more, JSON_UNESCAPED_SLASHES);
    }
}
