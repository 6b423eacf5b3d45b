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

use OPNsense\Core\Config;

/**
 * OPNsense's synchronisation of a pair, between two stand-ins: what one says to the other, in the words that the real
 * one uses, and what it takes for success. The wire is JSON instead of XML-RPC.
 */
final class Pair
{
    public const SECTIONS = [
        'slash32' => 'OPNsense.Slash32',
        'dhcpd' => 'dhcpd',
        'rules' => 'filter,OPNsense.Firewall.Filter.rules',
        'aliases' => 'aliases,OPNsense.Firewall.Alias',
        'nat' => 'nat',
        'categories' => 'OPNsense.Firewall.Category',
    ];

    /**
     * One call to the other node.
     * @throws \Exception with OPNsense's words where nobody answers, or with a fault
     */
    public static function call(string $method, mixed $params): mixed
    {
        $set = Config::getInstance()->object()->hasync;
        $url = rtrim(trim((string)$set?->synchronizetoip), '/');
        if ($url === '') {
            return false;
        }
        $login = base64_encode((trim((string)$set->username) ?: 'root') . ':' . $set->password);
        $answer = @file_get_contents($url . '/xmlrpc.php', false, stream_context_create(['http' => [
            'method' => 'POST',
            'header' => "Authorization: Basic $login\r\nContent-Type: text/xml\r\n",
            'content' => json_encode(['method' => $method, 'params' => $params], JSON_THROW_ON_ERROR),
            'timeout' => 60,
            'ignore_errors' => true,
        ]]));
        if ($answer === false) {
            throw new \Exception(sprintf('fetch error. remote host down? (Failed to connect to %s)', $url));
        }
        $decoded = json_decode($answer, true);
        if (!is_array($decoded)) {
            throw new \Exception('parse error. not well formed');
        }
        if (isset($decoded['fault'])) {
            throw new \Exception($decoded['fault']);
        }
        return $decoded['result'];
    }

    /** `system ha exec …`: JSON, and "done" for a synchronisation whatever came of it. */
    public static function execute(array $words): string
    {
        try {
            switch ($words[0] ?? '') {
                case 'exec_sync':
                    self::send();
                    return json_encode(['status' => 'done']);
                case 'reload_templates':
                    self::call('opnsense.configd_reload_all_templates', []);
                    return json_encode(['status' => 'done']);
                case 'restart':
                    $said = self::call('opnsense.restart_service', ['service' => $words[1] ?? '', 'id' => '']);
                    return json_encode(['response' => $said, 'status' => 'ok']);
                case 'version':
                    return json_encode(['response' => self::call('opnsense.firmware_version', [])]);
                default:
                    return json_encode(['status' => 'error', 'message' => 'usage ha_xmlrpc_exec.php action [service_id]']);
            }
        } catch (\Exception $e) {
            return json_encode(['status' => 'error', 'message' => $e->getMessage()]);
        }
    }

    /** What this node answers to the other one. */
    public static function answer(string $method, mixed $params): array
    {
        switch ($method) {
            case 'opnsense.firmware_version':
                return ['result' => ['firmware' => ['version' => '26.7.2']]];
            case 'opnsense.restore_config_section':
                Merge::into((string)$params['xml'], $params['sections']);
                return ['result' => true];
            case 'opnsense.filter_configure':
                (new Commands())->run(['filter', 'reload', 'skip_alias']);
                return ['result' => true];
            case 'opnsense.configd_reload_all_templates':
                return ['result' => ['status' => 'done']];
            case 'opnsense.restart_service':
                return ['result' => self::restart((string)$params['service'])];
        }
        if ($method === 'opnsense.slash32_peer' && !is_file(SLASH32_PREFIX . '/no-plugin')) {
            require_once SLASH32_SOURCE . '/etc/inc/xmlrpc/slash32.inc';
            return ['result' => slash32_peer_xmlrpc($params)];
        }
        return ['fault' => 'server error. requested method ' . $method . ' does not exist.'];
    }

    /** rc.filter_synchronize: every failure ends it, and none is told to the caller. */
    private static function send(): void
    {
        Config::getInstance()->forceReload();
        $root = Config::getInstance()->object();
        $sections = [];
        foreach (explode(',', (string)$root->hasync?->syncitems) as $item) {
            array_push($sections, ...array_filter(explode(',', self::SECTIONS[trim($item)] ?? '')));
        }
        if ($sections === [] || trim((string)$root->hasync?->synchronizetoip) === '') {
            return;
        }
        try {
            if (self::call('opnsense.firmware_version', []) === 'Authentication failed') {
                return;
            }
            self::call('opnsense.restore_config_section', ['xml' => $root->asXML(), 'sections' => $sections]);
            self::call('opnsense.filter_configure', []);
        } catch (\Exception $e) {
            return;
        }
    }

    private static function restart(string $service): string
    {
        Config::getInstance()->forceReload();
        $root = Config::getInstance()->object();
        $isServed = false;
        foreach ($root->dhcpd?->children() ?? [] as $section) {
            $isServed = $isServed || isset($section->enable);
        }
        if ($service !== 'dhcpd' || !$isServed || !is_file(SLASH32_PREFIX . Folder::DHCPD_PLUGIN)) {
            return sprintf("Could not find unknown service `%s'", $service);
        }
        (new Commands())->run(['dhcpd', 'restart']);
        return sprintf('%s has been restarted.', $service);
    }
}
