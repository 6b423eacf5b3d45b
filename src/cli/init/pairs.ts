import type { Pairing, SegmentPair } from '../../config/pair.js';
import { Slash32Error } from '../../errors/slash32-error.js';
import type { Observed } from '../../model/firewall.js';
import { type Io, paintFor, printError } from '../io.js';
import type { Dialogue } from './dialogue.js';

/** Pairs named by hand (`NETWORK=INTERFACE`), those that MAC addresses tell, and those that a person says yes to. Throws `S32_USAGE`. */
export async function choosePairs(
  io: Io,
  dialogue: Dialogue | undefined,
  given: readonly string[],
  pairing: Pairing,
  observed: Observed,
): Promise<readonly SegmentPair[]> {
  const byHand = given.map((text) => handPair(text, pairing, observed));
  assertOnce(byHand);
  const taken = new Set(byHand.flatMap((pair) => [pair.network, pair.interface.id]));
  const free = (pair: SegmentPair): boolean => !taken.has(pair.network) && !taken.has(pair.interface.id);
  const pairs = [...byHand, ...pairing.pairs.filter(free)];
  for (const pair of pairing.suggestions.filter(free)) {
    const question = `Does network ${pair.network} stand on ${pair.interface.id} (${pair.interface.description})? Only the names say so.`;
    if (dialogue !== undefined && (await dialogue.confirm(question))) pairs.push(pair);
    else printError(io, `Not paired, since only the names match: --pair ${pair.network}=${pair.interface.id}\n`);
  }
  return pairs;
}

function handPair(text: string, pairing: Pairing, observed: Observed): SegmentPair {
  const [network, id] = text.split('=');
  const found = observed.interfaces.find((one) => one.id === id);
  if (!network || !found) {
    const known = observed.interfaces.map((one) => `${one.id} (${one.description})`).join(', ');
    throw usage(text, 'is no pair of a network and an interface of the firewall', `one of ${known}`);
  }
  const networks = [...pairing.pairs.map((one) => one.network), ...pairing.unmatchedNetworks].sort();
  if (networks.length > 0 && !networks.includes(network))
    throw usage(
      text,
      `names a network on which no instance stands`,
      `one of ${networks.join(', ')}; a segment without instances can be added to the file by hand`,
    );
  return { network, interface: found };
}

function usage(text: string, what: string, known: string): Slash32Error {
  return new Slash32Error('S32_USAGE', {
    message: `"${text}" ${what}.`,
    where: '--pair',
    hint: `Write NETWORK=INTERFACE with ${known}.`,
  });
}

function assertOnce(pairs: readonly SegmentPair[]): void {
  for (const [index, pair] of pairs.entries()) {
    const other = pairs
      .slice(0, index)
      .find((one) => one.network === pair.network || one.interface.id === pair.interface.id);
    if (other === undefined) continue;
    const twice = other.network === pair.network ? `network ${pair.network}` : `interface ${pair.interface.id}`;
    throw new Slash32Error('S32_USAGE', {
      message: `--pair names the ${twice} twice.`,
      where: '--pair',
      hint: 'A network stands on one interface, and an interface on one network: leave one of the two out.',
    });
  }
}

/** Says what was paired, what was not, and why. */
export function reportPairing(io: Io, pairing: Pairing, pairs: readonly SegmentPair[]): void {
  const paint = paintFor(io, io.stderr);
  if (pairing.firewallInstance !== undefined)
    printError(io, `The firewall is the instance ${pairing.firewallInstance}.\n`);
  for (const pair of pairs)
    printError(io, `${paint.good('paired')} ${pair.network} ↔ ${pair.interface.id} (${pair.interface.description})\n`);
  const used = new Set(pairs.map((pair) => pair.interface.id));
  for (const { interface: item, reason } of pairing.unmatchedInterfaces)
    if (!used.has(item.id))
      printError(io, `${paint.faint('not paired')} ${item.id} (${item.description}): ${reason}\n`);
  for (const one of pairing.ambiguous)
    printError(io, `${paint.warn('ambiguous')} MAC ${one.mac}: ${[...one.nics, ...one.interfaces].join(', ')}\n`);
}
