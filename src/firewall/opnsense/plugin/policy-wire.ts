import type { Field } from '../policy/rule-fields.js';
import type { PolicyLists } from './policy-lists.js';
import type { WireAlias, WireApply, WireRedirect, WireRule } from './wire.js';

/** The lists as the plugin takes them. What has no form there is sent as it stands, for the plugin to refuse it by name. Pure. */
export function wirePolicy(lists: PolicyLists): Pick<WireApply, 'aliases' | 'rules' | 'redirects'> {
  return {
    ...(lists.alias === undefined ? {} : { aliases: lists.alias.map(wireAlias) }),
    ...(lists.rule === undefined ? {} : { rules: lists.rule.map(wireRule) }),
    ...(lists.redirect === undefined ? {} : { redirects: lists.redirect.map(wireRedirect) }),
  };
}

/** Whether a flag of OPNsense is set. */
export function isSet(text: string): boolean {
  return text !== '' && text !== '0';
}

function wireAlias(field: Field): WireAlias {
  const content = field('content').split(/\s+/);
  return {
    name: field('name'),
    type: field('type'),
    content: content.filter((item) => item !== ''),
    descr: field('description'),
    enabled: isSet(field('enabled')),
  };
}

function wireRule(field: Field): WireRule {
  const protocol = field('protocol').toUpperCase();
  return {
    descr: field('description'),
    interface: field('interface'),
    action: field('action') || 'pass',
    direction: field('direction') || 'in',
    ipprotocol: field('ipprotocol') || 'inet',
    protocol: protocol === '' || protocol === 'ANY' ? 'any' : protocol,
    source_net: field('source_net') || 'any',
    source_not: isSet(field('source_not')),
    source_port: field('source_port'),
    destination_net: field('destination_net') || 'any',
    destination_not: isSet(field('destination_not')),
    destination_port: field('destination_port'),
    icmptype: field('icmptype'),
    log: isSet(field('log')),
    quick: field('quick') !== '0',
    enabled: isSet(field('enabled')),
    sequence: Number(field('sequence')) || 1,
  };
}

function wireRedirect(field: Field): WireRedirect {
  const ports = field('destination.port');
  return {
    descr: field('descr'),
    interface: field('interface'),
    protocol: field('protocol').toLowerCase(),
    destination_net: field('destination.network') || field('destination.address'),
    destination_port: ports.replace(':', '-'),
    target: field('target'),
    local_port: Number(field('local-port') || ports.split(/[-:]/)[0]) || 0,
    log: isSet(field('log')),
    enabled: !isSet(field('disabled')),
    sequence: Number(field('sequence')) || 1,
  };
}
