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

namespace OPNsense\Slash32\Edit;

/**
 * What of config.xml decides which packets pass, as a small config.xml of its own: interfaces, rules, aliases, NAT, and the
 * settings that OPNsense makes its automatic rules of. Only fields that are named here are copied, so that no secret is.
 */
final class PolicyText
{
    private const END = ['network', 'address', 'port', 'not'];
    /** What rules of all kinds may ask for. */
    private const CONDITIONS = [
        'sched', 'gateway', 'os', 'tagged', 'divert-to', 'tos', 'max-pkt-rate-number', 'prio', 'flags', 'tcpflags1', 'tcpflags2',
        'tcpflags_any', 'statetype', 'interface', 'interfacenot', 'direction', 'ipprotocol', 'protocol', 'icmptype', 'icmp6type', 'quick',
        'log', 'allowopts', 'disablereplyto',
    ];
    private const FORWARD = [
        'sequence', 'disabled', 'nordr', 'interface', 'ipprotocol', 'protocol', 'target', 'local-port', 'poolopts', 'log', 'category',
        'descr', 'tagged', 'nosync', 'natreflection', 'pass', 'associated-rule-id', 'source' => self::END, 'destination' => self::END,
    ];
    private const GATEWAY = ['name', 'interface', 'disabled', 'defaultgw', 'gateway', 'ipprotocol'];
    private const OUTBOUND = [
        'interface', 'disabled', 'nonat', 'ipprotocol', 'protocol', 'target', 'targetip', 'targetip_subnet', 'natport', 'staticnatport',
        'sourceport', 'dstport', 'tagged', 'poolopts', 'descr', 'source' => self::END, 'destination' => self::END,
    ];
    private const STATIC = [
        'enabled', 'interface', 'source_net', 'source_not', 'destination_net', 'destination_not', 'sequence', 'description',
    ];
    /** A name alone is copied with its text; one with a list, with what that names; `*` stands for every name. */
    private const COPIED = [
        'system' => [
            'disablefilter', 'disablenatreflection', 'no_ipv6_rfc4890_req', 'no_port0_block', 'no_sshlockout', 'no_virusprot',
            'ipv6allow', 'enablebinatreflection', 'enablenatreflectionhelper', 'disablereplyto', 'skip_rules_gw_down',
            'pf_disable_force_gw', 'dnsserver',
            'webgui' => ['protocol', 'port', 'noantilockout', 'disablehttpredirect'],
            'ssh' => ['enabled', 'port'],
        ],
        'interfaces' => ['*' => [
            'if', 'descr', 'enable', 'type', 'virtual', 'ipaddr', 'subnet', 'ipaddrv6', 'subnetv6', 'gateway', 'gatewayv6', 'blockpriv',
            'blockbogons', 'gateway_interface', 'gateway-6rd', 'internal_dynamic',
        ]],
        'ifgroups' => ['ifgroupentry' => ['ifname', 'members', 'sequence']],
        'gateways' => [
            'gateway_item' => self::GATEWAY, 'gateway_group' => ['name', 'item', 'item2', 'item3', 'item4', 'item5'],
        ],
        'staticroutes' => ['route' => ['network', 'gateway', 'disabled', 'enabled']],
        'virtualip' => ['vip' => ['mode', 'interface', 'subnet', 'subnet_bits']],
        'filter' => [
            'bypassstaticroutes',
            'rule' => [
                'type', 'floating', 'disabled', 'descr', 'reply-to', 'source' => self::END, 'destination' => self::END,
                ...self::CONDITIONS,
            ],
        ],
        'nat' => ['outbound' => ['mode', 'rule' => self::OUTBOUND], 'rule' => self::FORWARD],
        'dhcpd' => ['*' => ['enable', 'failover_peerip']],
        'dhcpdv6' => ['*' => ['enable']],
        'dnsmasq' => [
            'enable', 'interface', 'port', 'dhcp_ranges' => ['interface', 'start_addr'], 'dhcp' => ['no_interface', 'default_fw_rules'],
        ],
        'openvpn' => [
            'openvpn-server' => ['disable', 'tunnel_network'], 'openvpn-client' => ['disable', 'tunnel_network'],
        ],
        'ipsec' => ['phase1' => []],
        'OPNsense' => [
            'Firewall' => [
                'Alias' => ['aliases' => ['alias' => ['enabled', 'name', 'type', 'content', 'categories', 'description']]],
                'Category' => ['categories' => ['category' => ['name', 'auto', 'color']]],
                'Filter' => [
                    'rules' => ['rule' => [
                        'enabled', 'sequence', 'action', 'source_net', 'source_not', 'source_port', 'destination_net', 'destination_not',
                        'destination_port', 'replyto', 'categories', 'description', ...self::CONDITIONS,
                    ]],
                    'snatrules' => ['rule' => [
                        ...self::STATIC, 'source_port', 'destination_port', 'nonat', 'ipprotocol', 'protocol', 'target', 'target_port',
                        'staticnatport', 'tagged', 'poolopts',
                    ]],
                    'onetoone' => ['rule' => [...self::STATIC, 'external', 'type', 'natreflection']],
                    'npt' => ['rule' => [...self::STATIC, 'trackif']],
                ],
            ],
            'Gateways' => ['gateway_item' => self::GATEWAY],
            'Interfaces' => ['settings' => ['disableipv6']],
            'Kea' => ['dhcp4' => ['general' => ['enabled', 'interfaces', 'fwrules', 'manual_config']]],
            'captiveportal' => ['zones' => ['zone' => ['enabled']]],
            'Swanctl' => ['general' => ['enabled']],
            'unboundplus' => ['general' => ['enabled', 'port']],
        ],
    ];
    /** Aliases whose content is what it says, hosts where none is named; that of others may be a URL with a password in it. */
    private const FIXED = ['', 'host', 'network', 'networkgroup', 'port'];

    /** The text, without an XML declaration. */
    public static function of(\SimpleXMLElement $root): string
    {
        $document = new \DOMDocument('1.0', 'UTF-8');
        $copy = $document->appendChild($document->createElement('opnsense'));
        $copy->setAttribute('shows', 'ways');
        $copy->setAttribute('resolvers', 'shown');
        self::copy(Xml::dom($root), $copy, self::COPIED);
        foreach (FirewallEdit::nodes($copy, 'alias') as $alias) {
            if (!in_array(Xml::text($alias, 'type'), self::FIXED, true)) {
                self::keepNames($alias);
            }
        }
        return $document->saveXML($copy);
    }

    private static function copy(\DOMElement $from, \DOMElement $to, array $fields): void
    {
        foreach (Xml::children($from) as $child) {
            $name = $child->nodeName;
            $inner = $fields[$name] ?? $fields['*'] ?? null;
            if ($inner === null && !in_array($name, $fields, true)) {
                continue;
            }
            $copy = $to->appendChild($to->ownerDocument->createElement($name));
            if ($child->hasAttribute('uuid')) {
                $copy->setAttribute('uuid', $child->getAttribute('uuid'));
            }
            if (is_array($inner)) {
                self::copy($child, $copy, $inner);
            } else {
                $copy->appendChild($to->ownerDocument->createTextNode(self::ownText($child)));
            }
        }
    }

    /** Its own text, without that of elements in it. */
    private static function ownText(\DOMElement $node): string
    {
        $text = '';
        foreach ($node->childNodes as $part) {
            $text .= $part instanceof \DOMText ? $part->data : '';
        }
        return $text;
    }

    /** Of a content that is loaded from elsewhere, only the names of other aliases. */
    private static function keepNames(\DOMElement $alias): void
    {
        foreach (Xml::children($alias, 'content') as $content) {
            $lines = array_map('trim', explode("\n", $content->textContent));
            $content->textContent = implode("\n", preg_grep('/^[A-Za-z_][A-Za-z0-9_]*$/D', $lines));
        }
    }
}
