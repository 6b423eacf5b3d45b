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

namespace OPNsense\Slash32\Engine;

use OPNsense\Slash32\Check\DormantDhcp;
use OPNsense\Slash32\Check\PublishList;
use OPNsense\Slash32\Check\RestartEffects;
use OPNsense\Slash32\Edit\PolicyText;
use OPNsense\Slash32\Edit\Reader;
use OPNsense\Slash32\Edit\StandingNames;
use OPNsense\Slash32\Gui\ChangeWords;
use OPNsense\Slash32\Pair\Debt;
use OPNsense\Slash32\Pair\Debts;
use OPNsense\Slash32\Pair\Peer;
use OPNsense\Slash32\Pair\Role;
use OPNsense\Slash32\Pair\SyncItems;
use OPNsense\Slash32\Pair\Unwatched;
use OPNsense\Slash32\Request\SegmentRequest;

/**
 * Everything that `state/get` tells, in one read of config.xml and a few questions to configd.
 */
final class State
{
    private const PLUGIN = '1.5';

    public function __construct(
        private readonly Paths $paths,
        private readonly Clock $clock,
        private readonly Store $store,
        private readonly Records $records,
        private readonly History $history,
        private readonly Runtime $runtime,
        private readonly Debts $debts,
        private readonly Unwatched $unwatched
    ) {
    }

    public function get(string $user, string $address): array
    {
        $devices = $this->runtime->devices();
        $arp = $this->runtime->arp();
        [$root, $revision] = $this->read();
        $scope = Settings::scope($root);
        $interfaces = self::withDevices(Reader::interfaces($root), $devices);
        $network = new Neighbourhood($interfaces, $scope);
        return [
            'result' => 'ok',
            'api' => 1,
            'plugin' => $this->version($this->paths->pluginVersion(), self::PLUGIN),
            'version' => $this->version($this->paths->coreVersion(), ''),
            'revision' => $revision,
            'now' => $this->clock->wall(),
            'caller' => ['address' => $address, 'user' => $user],
            'scope' => [
                'interfaces' => $scope,
                'max_confirm_seconds' => Settings::maxConfirmSeconds($root),
                'publishes' => (new PublishList(Settings::publishes($root)))->texts(),
            ],
            'interfaces' => $interfaces,
            'dhcpd' => Reader::dhcpd($root, $scope),
            'other_dhcp' => Reader::otherDhcp($root),
            'faults' => Reader::faults($root, array_values(array_diff(array_column($interfaces, 'id'), $scope))),
            'leases' => $network->leases($this->runtime->leases()),
            'neighbours' => $network->neighbours($arp),
            'restarts' => [
                ...self::restarts($root, $devices, $scope, $interfaces, $arp),
                ...$this->dormant($root),
            ],
            'peer' => Peer::address($root),
            'ha' => $this->pair($root, $devices),
            'aliases' => Reader::aliases($root),
            'rules' => Reader::rules($root),
            'redirects' => Reader::redirects($root),
            'names' => StandingNames::find($root, $scope),
            'policy' => PolicyText::of($root),
            'settings' => SegmentRequest::SETTINGS,
            'cuts' => true,
            'owners' => Settings::owners($root),
            'bindings' => Bindings::rows($root),
            'pending' => $this->pending(),
            'applies' => $this->applies(),
            'dhcpd_health' => Health::now($this->paths, self::isDhcpdExpected($root)),
        ];
    }

    /** What this node is in a high-availability pair, and what the other one lacks. */
    private function pair(\SimpleXMLElement $root, array $devices): array
    {
        $addresses = Role::addresses($root, $devices);
        $isPushed = Peer::isWanted($root) && Peer::address($root) !== null;
        return [
            'peer' => Peer::address($root),
            'push' => Peer::isWanted($root),
            'role' => Role::of($addresses),
            'addresses' => $addresses,
            'items' => SyncItems::chosen($root),
            'missing' => $isPushed ? SyncItems::missing($root) : [],
            'debts' => array_map(fn (Debt $debt) => $debt->told(), $this->debts->all()),
            'unwatched' => $this->unwatched->all($root),
        ];
    }

    /** What the GUI shows: pending changes, the last applies, and every reservation as a flat row. */
    public function status(): array
    {
        [$root, $revision] = $this->read();
        return [
            'result' => 'ok',
            'revision' => $revision,
            'now' => $this->clock->wall(),
            'scope' => ['interfaces' => Settings::scope($root), 'max_confirm_seconds' => Settings::maxConfirmSeconds($root)],
            'interfaces' => array_map(
                fn (array $one) => ['id' => $one['id'], 'descr' => $one['descr']],
                Reader::interfaces($root)
            ),
            'reservations' => Reader::reservations($root),
            'owners' => Settings::owners($root),
            'pending' => $this->pending(true),
            'applies' => $this->applies(),
            'ha' => $this->pair($root, $this->runtime->devices()),
            'dhcpd_health' => Health::now($this->paths, self::isDhcpdExpected($root)),
        ];
    }

    /** Whether an interface that is there has DHCP switched on; OPNsense takes any `<enable>` for yes. */
    public static function isDhcpdExpected(\SimpleXMLElement $root): bool
    {
        foreach ($root->dhcpd?->children() ?? [] as $name => $section) {
            if (isset($section->enable) && isset($root->interfaces->$name)) {
                return true;
            }
        }
        return false;
    }

    /** @return array the tree and the revision that belong together */
    private function read(): array
    {
        for ($try = 0; $try < 5; $try++) {
            $bytes = $this->store->bytes();
            $root = @simplexml_load_string($bytes, \SimpleXMLElement::class, LIBXML_NOBLANKS);
            if ($root !== false) {
                return [$root, hash('sha256', $bytes)];
            }
            // somebody is writing it at this moment
            usleep(100000);
        }
        $root = $this->store->lock();
        try {
            return [simplexml_load_string($root->asXML()), $this->store->revision()];
        } finally {
            $this->store->unlock();
        }
    }

    /** @param bool $withChanges whether people look at it, to whom it says what changes */
    private function pending(bool $withChanges = false): array
    {
        $open = array_filter($this->records->all(), fn (Record $record) => $record->isWaiting($this->clock));
        return array_values(array_map(
            fn (Record $record) => $record->summary($this->clock)
                + ($withChanges ? ['changes' => ChangeWords::of($record->changes)] : []),
            $open
        ));
    }

    private function applies(): array
    {
        $fields = array_flip([
            'id', 'owner', 'at', 'user', 'host', 'outcome', 'summary', 'revision_before', 'revision_after', 'notes',
            'reason', 'left', 'peer',
        ]);
        return array_map(fn (array $entry) => array_intersect_key($entry, $fields), $this->history->newest(20));
    }

    private function version(string $file, string $default): string
    {
        $known = json_decode((string)@file_get_contents($file), true);
        return (string)($known['product_version'] ?? $default);
    }

    /** Where dhcpd runs with something else than config.xml says, on any interface. */
    private function dormant(\SimpleXMLElement $root): array
    {
        $isRunning = Health::now($this->paths, true)['running'];
        $found = DormantDhcp::find($root, $isRunning ? $this->runtime->dhcpdConf() : '');
        return array_map(fn (array $one) => $one + ['answered' => [], 'neighbours' => []], $found);
    }

    /**
     * What a restart of DHCP does to static ARP on interfaces out of scope, with who would notice: whoever asks for a restart
     * has to know. Of those in scope everything is told already.
     */
    private static function restarts(
        \SimpleXMLElement $root,
        array $devices,
        array $scope,
        array $interfaces,
        array $arp
    ): array {
        $found = [];
        foreach (RestartEffects::find($root, Runtime::staticArpOf($devices), true) as $one) {
            if (in_array($one['interface'], $scope, true)) {
                continue;
            }
            $near = (new Neighbourhood($interfaces, [$one['interface']]))->neighbours($arp);
            $met = array_filter($near, fn (array $seen) => !$seen['permanent']);
            $found[] = [
                'interface' => $one['interface'],
                'what' => $one['what'],
                'served' => $one['served'],
                'answered' => RestartEffects::answered($root, $one['interface']),
                'neighbours' => array_values(array_map(
                    fn (array $seen) => ['address' => $seen['address'], 'mac' => $seen['mac']],
                    $met
                )),
            ];
        }
        return $found;
    }

    private static function withDevices(array $interfaces, array $devices): array
    {
        foreach ($interfaces as &$one) {
            $details = $devices[$one['device']] ?? [];
            $one['static_arp'] = Runtime::staticArpOf([$details])[0] ?? null;
            $one['mac'] = strtolower((string)($details['macaddr'] ?? ''));
            if (filter_var($one['ipaddr'] ?? '', FILTER_VALIDATE_IP, FILTER_FLAG_IPV4) === false) {
                $one['ipaddr'] = (string)($details['ipv4'][0]['ipaddr'] ?? '');
                $one['subnet'] = (int)($details['ipv4'][0]['subnetbits'] ?? 0);
            }
            foreach ($one['vips'] as &$vip) {
                $vip['status'] = self::vipStatus($details, $vip['address']);
            }
        }
        return $interfaces;
    }

    /** The CARP status of an address on its device, or '' where it has none. */
    private static function vipStatus(array $details, string $address): string
    {
        foreach ($details['ipv4'] ?? [] as $found) {
            if (($found['ipaddr'] ?? '') === $address) {
                return (string)($details['carp'][$found['vhid'] ?? '']['status'] ?? '');
            }
        }
        return '';
    }
}
