import { type SimNode, textAt } from '../node.js';
import { markerOf, ownerOf } from './marker.js';
import type { Complaint, PluginApply } from './model.js';
import { objectsOf, textOn } from './objects.js';

/** Redirects where the settings let none stand. One that stands as it is stays. Before the edits. */
export function publishErrors(
  root: SimNode,
  lines: readonly string[],
  { owner, redirects = [] }: PluginApply,
): Complaint[] {
  const mine = objectsOf(root, 'redirect').filter(
    (one) => ['', '0'].includes(textAt(one, 'disabled')) && ownerOf(textAt(one, 'descr')) === owner,
  );
  const standing = new Map(
    mine.map((one) => [
      markerOf(textAt(one, 'descr')),
      takes(
        textAt(one, 'interface'),
        textAt(one, 'protocol').toLowerCase(),
        textOn(one, 'destination.network') || textOn(one, 'destination.address'),
        textOn(one, 'destination.port'),
      ),
    ]),
  );
  return redirects.flatMap((one, at) => {
    const { interface: id, protocol, destination_net: net, destination_port: ports } = one;
    if (lines.some((line) => allows(line, id, protocol, ports))) return [];
    if (standing.get(markerOf(one.descr)) === takes(id, protocol, net, ports)) return [];
    const line = `${id} ${protocol}/${ports}`;
    const message = `The plugin takes no publish there: add the line "${line}" to Publishes under Services > slash32 > Settings.`;
    return [{ where: `redirects/${at}/destination_port`, object: line, message }];
  });
}

function allows(line: string, id: string, protocol: string, ports: string): boolean {
  const [, interfaceId, name, first, last = first] = /^(\S+)\s+(tcp|udp)\/(\d+)(?:-(\d+))?$/.exec(line) ?? [];
  const [from = 0, to = from] = ports.split('-').map(Number);
  return interfaceId === id && name === protocol && Number(first) <= from && to <= Number(last);
}

function takes(...parts: readonly string[]): string {
  return JSON.stringify(parts);
}
