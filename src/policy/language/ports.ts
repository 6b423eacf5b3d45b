import { ICMP_TYPE_NAMES, icmpTypeNumber, type PortProtocol, type PortSpec } from '../../model/policy.js';

/** What was read, or what is wrong with it and what to write instead. */
export type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly message: string; readonly hint: string };

const WITHOUT_PORTS: readonly PortProtocol[] = ['any', 'esp', 'ah', 'gre', 'igmp'];
/** Names that people know by heart; the policy wants numbers, so that a file says what it opens. */
const KNOWN: Readonly<Record<string, string>> = {
  ssh: 'tcp/22',
  dns: 'udp/53',
  http: 'tcp/80',
  https: 'tcp/443',
  ntp: 'udp/123',
  ping: 'icmp/echo-request',
  postgres: 'tcp/5432',
  mysql: 'tcp/3306',
};

/** Reads `tcp/443`, `udp/8000-8100`, `tcp`, `icmp`, `icmp/echo-request`, `esp` or `any`. */
export function readPortSpec(text: string): Read<PortSpec> {
  const plain = text.trim().toLowerCase();
  const [name = '', rest, more] = plain.split('/');
  const spec = { text: plain, protocol: 'any', ports: undefined, icmpType: undefined } as const;
  if (more !== undefined) return wrong(text, 'Write protocol/port, for example tcp/443.');
  if (name === 'tcp' || name === 'udp') {
    if (rest === undefined) return ok({ ...spec, protocol: name });
    const ports = readPorts(rest);
    if (ports === undefined)
      return wrong(text, `Write one port or a range from 1 to 65535: ${name}/443, ${name}/8000-8100.`);
    return ok({ ...spec, protocol: name, ports });
  }
  if (name === 'icmp') {
    if (rest === undefined) return ok({ ...spec, protocol: 'icmp' });
    const type = icmpTypeNumber(rest);
    if (type === undefined) return wrong(text, `Types are: ${ICMP_TYPE_NAMES.join(', ')}, or a number.`);
    return ok({ ...spec, protocol: 'icmp', icmpType: type });
  }
  const other = WITHOUT_PORTS.find((one) => one === name);
  if (other !== undefined && rest === undefined) return ok({ ...spec, protocol: other });
  if (other !== undefined)
    return { ok: false, message: `${text} has a port, and ${name} knows none.`, hint: `Write ${name}.` };
  return unknown(text, plain);
}

function unknown(text: string, plain: string): Read<PortSpec> {
  const known = Object.hasOwn(KNOWN, plain) ? KNOWN[plain] : undefined;
  if (/^\d+(-\d+)?$/.test(plain))
    return { ok: false, message: `${text} is a port without a protocol.`, hint: `Write tcp/${plain} or udp/${plain}.` };
  if (plain === 'icmp6' || plain === 'ipv6-icmp')
    return { ok: false, message: `${text} is of IPv6, and segments have IPv4 only.`, hint: 'Write icmp.' };
  if (known !== undefined)
    return { ok: false, message: `${text} is a name, and numbers are meant.`, hint: `Write ${known}.` };
  return wrong(text, 'Write for example tcp/443, udp/53, tcp/8000-8100, icmp/echo-request, tcp, icmp, esp or any.');
}

function readPorts(text: string): { readonly from: number; readonly to: number } | undefined {
  const found = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  if (found === null) return undefined;
  const from = Number(found[1]);
  const to = Number(found[2] ?? found[1]);
  return from >= 1 && from <= to && to <= 65535 ? { from, to } : undefined;
}

function ok<T>(value: T): Read<T> {
  return { ok: true, value };
}

function wrong<T>(text: string, hint: string): Read<T> {
  return { ok: false, message: `${JSON.stringify(text)} is no protocol with a port.`, hint };
}
