/** Reads one field of a rule by its OPNsense name; empty when it is not there. */
export type Field = (name: string) => string;

/**
 * Conditions of a rule that nobody can judge from its text, as clauses for people. Field names are those that model rules,
 * legacy rules and automatic rows share.
 */
export function readUnknowns(field: Field): string[] {
  const found: string[] = [];
  const when = (name: string, words: (value: string) => string): void => {
    const value = field(name);
    if (value !== '' && value !== '0') found.push(words(value));
  };
  when('sched', (name) => `it holds only at the times of the schedule ${JSON.stringify(name)}`);
  when('os', (name) => `it asks for the operating system ${JSON.stringify(name)} of the sender`);
  when('tagged', (name) => `it asks for the tag ${JSON.stringify(name)} of another rule`);
  when('tos', (value) => `it asks for the type of service ${JSON.stringify(value)}`);
  when('max-pkt-rate-number', (value) => `it fits only up to a rate of packets (${value})`);
  if (field('prio') !== '') found.push(`it asks for the VLAN priority ${field('prio')}`);
  return found;
}

/** TCP flags as pf writes them (FilterRule.php): `S/SA`, `any`, or empty for the default; those of the form hold for TCP alone. */
export function readTcpFlags(field: Field): string {
  if (field('protocol').toLowerCase() !== 'tcp') return field('flags');
  if (field('tcpflags_any') !== '' && field('tcpflags_any') !== '0') return 'any';
  const mask = field('tcpflags2');
  if (mask === '') return field('flags');
  return `${letters(field('tcpflags1'))}/${letters(mask)}`;
}

/** `syn,ack` as `SA`; CWR is W. */
function letters(list: string): string {
  return list
    .split(',')
    .map((flag) => flag.trim().toUpperCase())
    .map((flag) => (flag.startsWith('C') ? 'W' : flag.slice(0, 1)))
    .join('');
}
