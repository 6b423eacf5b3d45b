import type { RuleSet } from '../../../src/model/rules.js';
import { reachMatrix, reachNodes } from '../../../src/policy/reach/matrix.js';
import type { ReachEnd, ReachRow } from '../../../src/policy/reach/types.js';
import { LAB_INSTANCES } from '../dhcp/managed-config.js';
import { type Expected, labelOf } from './probes.js';

type Host = Extract<ReachEnd, { kind: 'host' }>;

const HOSTS: readonly Host[] = LAB_INSTANCES.map(({ name, address, segment }) => ({
  kind: 'host',
  name,
  address,
  segment: `opt${segment}`,
}));

/**
 * Where the matrix of who reaches whom says otherwise than the probes, which the packets have confirmed: instances among each other, to
 * the internet and to their gateway, and what is published to the internet on the WAN's address. A sentence each.
 */
export function reachDisagreements(ruleSet: RuleSet, confirmed: readonly Expected[]): string[] {
  const nodes = reachNodes(HOSTS, [ruleSet]);
  const rows = reachMatrix(ruleSet, nodes, nodes);
  return [
    ...confirmed.flatMap((one) => {
      const sender = HOSTS.find((host) => host.name === one.from.label);
      if (sender === undefined) return [];
      const host = HOSTS.find((other) => other.name === one.to.label);
      if (host !== undefined) return compare(rows, nameOf(sender), nameOf(host), one, one.answerer !== undefined);
      if (one.to.isInternet) return compare(rows, nameOf(sender), 'internet', one, one.answerer !== undefined);
      const isGateway = one.to.address === `10.10.${sender.segment.slice(3)}.1`;
      return isGateway ? compare(rows, nameOf(sender), 'firewall', one, one.answerer !== undefined) : [];
    }),
    ...confirmed
      .filter((one) => one.from.isInternet && one.to.address === '192.0.2.2' && one.probe.protocol !== 'icmp')
      .flatMap((one) => [
        ...HOSTS.flatMap((host) => compare(rows, 'internet', nameOf(host), one, one.answerer === host.name)),
        ...compare(rows, 'internet', 'firewall', one, one.answerer === 'router'),
      ]),
  ];
}

function compare(rows: readonly ReachRow[], from: string, to: string, one: Expected, answered: boolean): string[] {
  const row = rows.find(
    (candidate) =>
      candidate.from.ends.some((end) => nameOf(end) === from) && candidate.to.ends.some((end) => nameOf(end) === to),
  );
  const said = row?.passes.some((service) => covers(service, one)) === true;
  if (said === answered) return [];
  const seen = answered ? 'passes' : 'is dropped';
  return [`${labelOf(one)} ${seen}, and reach says of ${from} → ${to}: ${row?.passes.join(', ') ?? 'nothing'}`];
}

function nameOf(end: ReachEnd): string {
  return end.kind === 'host' ? end.name : end.kind;
}

function covers(service: string, { probe }: Expected): boolean {
  if (service === 'any' || service === probe.protocol) return true;
  if (probe.port === undefined) return service === 'icmp/8';
  const [protocol, ports = ''] = service.split('/');
  const [first = 0, last = first] = ports.split('-').map(Number);
  return protocol === probe.protocol && probe.port >= first && probe.port <= last;
}
