/** One end of a state of pf. The port is 0 for protocols without; with ICMP it is the identifier at the near end, the type at the far one. */
export interface SimStateEnd {
  readonly address: string;
  readonly port: number;
}

/** A state as pf keeps it: what stands on the wire, and the same inside, where a translation makes it another one. */
export interface SimPfState {
  /** Sixteen hexadecimal digits. */
  readonly id: string;
  /** Eight of them. */
  readonly creator: string;
  /** `all` unless it is bound to one. */
  readonly device: string;
  /** As /etc/protocols has it. */
  readonly protocol: string;
  readonly direction: 'in' | 'out';
  readonly wire: { readonly from: SimStateEnd; readonly to: SimStateEnd };
  readonly inside: { readonly from: SimStateEnd; readonly to: SimStateEnd };
}

/** The state of a connection without translations, on its way in or out; `number` tells states apart. */
export function plainState(
  number: number,
  direction: 'in' | 'out',
  protocol: string,
  from: SimStateEnd,
  to: SimStateEnd,
): SimPfState {
  const ends = { from, to };
  return { ...namesOf(number), device: 'all', protocol, direction, wire: ends, inside: ends };
}

/** Id and creator of the state with this number. */
export function namesOf(number: number): Pick<SimPfState, 'id' | 'creator'> {
  return { id: `0100000065${number.toString(16).padStart(6, '0')}`, creator: '5ca1ab1e' };
}

/**
 * What `pfctl -vvs state` prints. The end to which packets go stands left of the arrow of what came in, and right of it for what
 * goes out; where an end is another one before its translation, that follows in parentheses.
 */
export function pfctlText(states: readonly SimPfState[]): string {
  return states.map(stateLines).join('');
}

function stateLines({ id, creator, device, protocol, direction, wire, inside }: SimPfState): string {
  const ends =
    direction === 'in'
      ? `${ended(inside.to, wire.to)} <- ${ended(inside.from, wire.from)}`
      : `${ended(wire.from, inside.from)} -> ${ended(wire.to, inside.to)}`;
  const phase = protocol === 'tcp' ? 'ESTABLISHED:ESTABLISHED' : protocol === 'udp' ? 'MULTIPLE:MULTIPLE' : '0:0';
  return [
    `${device} ${protocol} ${ends}       ${phase}`,
    ...(protocol === 'tcp' ? ['   [1874912839 + 65535] wscale 7  [3811908734 + 64240] wscale 7'] : []),
    '   age 02:11:05, expires in 23:59:58, 1207:1193 pkts, 96560:183722 bytes, rule 71',
    `   id: ${id} creatorid: ${creator}`,
    '',
  ].join('\n');
}

function ended(shown: SimStateEnd, other: SimStateEnd): string {
  const text = endText(shown);
  const second = endText(other);
  return text === second ? text : `${text} (${second})`;
}

function endText({ address, port }: SimStateEnd): string {
  if (port === 0) return address;
  return address.includes(':') ? `${address}[${port}]` : `${address}:${port}`;
}
