import type { Publish } from '../../model/policy.js';
import { readPortSpec } from './ports.js';
import { mapping, type PathPart, type Reader } from './reader.js';

/** Reads one entry of `publish:`; nothing where a part that it cannot do without is wrong. */
export function readPublish(reader: Reader, value: unknown, at: number): Publish[] {
  const fields = mapping(value);
  const path = ['publish', at];
  const name = typeof fields.name === 'string' ? fields.name : '';
  if (name !== '' && !/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(name))
    reader.fail(
      [...path, 'name'],
      `${JSON.stringify(name)} is no name.`,
      'Write up to 63 of A-Z, a-z, 0-9, `.`, `_` and `-`.',
    );
  const port = readPort(reader, fields.port, [...path, 'port']);
  const [to] = reader.selectors(typeof fields.to === 'string' ? fields.to : undefined, [...path, 'to']);
  if (to !== undefined && !isOne(to))
    reader.fail([...path, 'to'], `${to.text} is not one instance.`, 'Name one: project/instance, or its address.');
  const from = reader.selectors(fields.from, [...path, 'from']);
  for (const one of from)
    if (one.kind !== 'network' && one.kind !== 'any' && one.kind !== 'internet')
      reader.fail([...path, 'from'], `${one.text} does not come in from outside.`, 'Write networks, internet or any.');
  const on = typeof fields.on === 'string' ? fields.on : 'wan';
  if (!/^(wan|lan|opt\d+)$/.test(on))
    reader.fail(
      [...path, 'on'],
      `${JSON.stringify(on)} is no interface.`,
      'Write its identifier: wan, lan, opt1 (Interfaces › Assignments).',
    );
  if (port === undefined || to === undefined) return [];
  const targetPort = typeof fields.port_to === 'number' ? fields.port_to : port.ports.from;
  if (targetPort + port.ports.to - port.ports.from > 65535)
    reader.fail([...path, 'port_to'], 'The last port would be beyond 65535.', 'Begin lower.');
  const when = typeof fields.when === 'string' ? fields.when : undefined;
  return [{ name, on, ...port, to, targetPort, from, log: fields.log === true, when, place: reader.place(path) }];
}

function isOne(to: Publish['to']): boolean {
  if (to.kind === 'instances') return !to.pattern.includes('*');
  return to.kind === 'network' && !to.network.includes('/');
}

function readPort(
  reader: Reader,
  value: unknown,
  path: readonly PathPart[],
): Pick<Publish, 'protocol' | 'ports'> | undefined {
  if (typeof value !== 'string') return undefined;
  const spec = readPortSpec(value);
  if (!spec.ok) {
    reader.fail(path, spec.message, spec.hint);
    return undefined;
  }
  const { protocol, ports } = spec.value;
  if ((protocol === 'tcp' || protocol === 'udp') && ports !== undefined) return { protocol, ports };
  reader.fail(path, `${value} cannot be published.`, 'Write a port of tcp or udp: tcp/443.');
  return undefined;
}
