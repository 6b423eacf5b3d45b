/** A row of OPNsense's own list of states (filter/list_states.py), with the fields that do not depend on the rules. */
export interface StateRow {
  label: string;
  descr: string;
  nat_addr: string | null;
  nat_port: string | null;
  gateway: string | null;
  iface: string;
  proto: string;
  ipproto: 'ipv4' | 'ipv6';
  flags: string[];
  direction: 'in' | 'out';
  dst_addr: string;
  dst_port: string;
  src_addr: string;
  src_port: string;
  state: string;
  age?: string;
  expires?: string;
  pkts?: number[];
  bytes?: number[];
  rule?: string;
  id?: string;
}

/** Reads what `pfctl -vvs state` prints as OPNsense's script does, what it misreads included. */
export function stateRows(text: string): StateRow[] {
  const rows: StateRow[] = [];
  let record: StateRow | undefined;
  for (const line of text.trim().split('\n')) {
    const parts = line.split(/\s+/).filter((part) => part !== '');
    if (line.startsWith(' ') && parts.length > 1 && record !== undefined) {
      if (parts[0] === 'age') readCounters(line, record);
      if (parts[0] === 'id:') {
        record.id = `${parts[1]}/${parts[3]}`;
        rows.push(record);
      }
    } else if (parts.length >= 6) record = firstLine(parts);
  }
  return rows;
}

function firstLine(parts: readonly string[]): StateRow {
  const left = split(parts[2] ?? '');
  const right = split(parts.at(-2) ?? '');
  const other = parts[3]?.includes('(') === true ? split(parts[3].slice(1, -1)) : undefined;
  const direction = parts.at(-3) === '->' ? 'out' : 'in';
  const [source, target] = direction === 'out' ? [left, right] : [right, left];
  return {
    label: '',
    descr: '',
    nat_addr: other?.address ?? null,
    nat_port: other === undefined || other.port === '0' ? null : other.port,
    gateway: null,
    iface: parts[0] ?? '',
    proto: parts[1] ?? '',
    ipproto: left.family,
    flags: [],
    direction,
    dst_addr: target.address,
    dst_port: target.port,
    src_addr: source.address,
    src_port: source.port,
    state: parts.at(-1) ?? '',
  };
}

function split(text: string): { readonly address: string; readonly port: string; readonly family: 'ipv4' | 'ipv6' } {
  if (text.split(':').length > 2) {
    const [address = '', rest] = text.split('[');
    return { address, port: rest?.split(']')[0] ?? '0', family: 'ipv6' };
  }
  const [address = '', port = '0'] = text.split(':');
  return { address, port, family: 'ipv4' };
}

function readCounters(line: string, record: StateRow): void {
  for (const part of line.split(',').map((one) => one.trim())) {
    const last = part.split(/\s+/).at(-1) ?? '';
    const numbers = (part.split(/\s+/)[0] ?? '').split(':').map(Number);
    if (part.startsWith('rule ')) record.rule = last;
    else if (part.startsWith('age ')) record.age = last;
    else if (part.startsWith('expires in')) record.expires = last;
    else if (part.endsWith('pkts')) record.pkts = numbers;
    else if (part.endsWith('bytes')) record.bytes = numbers;
  }
}
