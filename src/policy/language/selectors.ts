import { formatIp, parseSpan } from '../../model/ip.js';
import type { SelectorKind } from '../../model/policy.js';
import type { Read } from './ports.js';

const NAME = /^[A-Za-z][A-Za-z0-9_.-]{0,62}$/;
const HELP =
  'Write a group, tag:NAME, segment:NAME, project:NAME, project/instance or project/instance/nic with * for any text, a network like 10.0.0.0/8, internet, firewall or any.';

/** What a selector names, before it is known whether such a group, tag or segment exists. */
export function readSelector(text: string): Read<SelectorKind> {
  const plain = text.trim();
  if (plain === '') return { ok: false, message: 'An empty name stands here.', hint: HELP };
  if (plain === '*')
    return { ok: false, message: '* alone names nothing.', hint: 'Write any, or */* for every instance.' };
  if (plain === 'any' || plain === 'internet' || plain === 'firewall') return { ok: true, value: { kind: plain } };
  const prefixed = /^(tag|segment|project|group):(.*)$/.exec(plain);
  if (prefixed?.[1] !== undefined) return readPrefixed(text, prefixed[1], prefixed[2] ?? '');
  if (/^[0-9a-f]*:[0-9a-f:.]*(\/\d+)?$/i.test(plain))
    return {
      ok: false,
      message: `${text} is an IPv6 address, and segments have IPv4 only: nothing would ever fit.`,
      hint: 'Leave it out; IPv6 between instances stays closed where a segment denies by default.',
    };
  if (/^\d{1,3}(\.\d{1,3}){3}/.test(plain)) return readNetwork(text, plain);
  if (plain.includes('/')) return readPattern(text, plain);
  if (NAME.test(plain)) return { ok: true, value: { kind: 'group', group: plain } };
  return { ok: false, message: `${JSON.stringify(text)} names nothing.`, hint: HELP };
}

/** The name of a group, tag or segment that would be taken for something else. */
export function isReservedName(name: string): boolean {
  return ['any', 'internet', 'firewall', 'all', 'self'].includes(name.toLowerCase());
}

function readPrefixed(text: string, kind: string, name: string): Read<SelectorKind> {
  if (kind === 'project') {
    if (/^[^/\s]+$/.test(name)) return { ok: true, value: { kind, project: name } };
    return {
      ok: false,
      message: `${JSON.stringify(text)} names no project.`,
      hint: 'Write for example project:default.',
    };
  }
  if (kind === 'tag' && /^[a-z0-9][a-z0-9_-]{0,31}$/.test(name)) return { ok: true, value: { kind, tag: name } };
  if (kind === 'tag')
    return {
      ok: false,
      message: `${JSON.stringify(text)} names no tag.`,
      hint: 'A tag is 1 to 32 of a-z, 0-9, _ and -, for example tag:web.',
    };
  if (!NAME.test(name))
    return {
      ok: false,
      message: `${JSON.stringify(text)} names no ${kind}.`,
      hint: `Write for example ${kind}:servers.`,
    };
  return { ok: true, value: kind === 'segment' ? { kind, segment: name } : { kind: 'group', group: name } };
}

function readNetwork(text: string, plain: string): Read<SelectorKind> {
  const span = parseSpan(plain);
  if (span === undefined || span.family !== 'inet')
    return { ok: false, message: `${text} is no IPv4 network.`, hint: 'Write for example 10.0.0.0/8 or 10.2.0.9.' };
  if (span.prefix === undefined)
    return {
      ok: false,
      message: `${text} is a range, and a rule takes networks.`,
      hint: 'Write it as networks, for example 10.2.0.8/30.',
    };
  if (span.prefix === 0) return { ok: false, message: `${text} is everything.`, hint: 'Write any, or internet.' };
  const first = formatIp({ family: 'inet', value: span.first });
  const given = plain.split('/')[0] ?? '';
  if (first !== given)
    return {
      ok: false,
      message: `${text} has bits behind its prefix.`,
      hint: `Write ${first}/${span.prefix} for the network, or ${given} for the address.`,
    };
  return { ok: true, value: { kind: 'network', network: span.prefix === 32 ? first : `${first}/${span.prefix}` } };
}

function readPattern(text: string, plain: string): Read<SelectorKind> {
  if (/^[^/\s]+(\/[^/\s]+){1,2}$/.test(plain)) return { ok: true, value: { kind: 'instances', pattern: plain } };
  return {
    ok: false,
    message: `${JSON.stringify(text)} is no project/instance.`,
    hint: 'Write project/instance with * for any text: edge/proxy, default/web-*.',
  };
}
