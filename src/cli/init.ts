import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Pairing, pairSegments, type SegmentPair } from '../config/pair.js';
import { renderConfig } from '../config/render.js';
import { Slash32Error } from '../errors/slash32-error.js';
import type { Observed } from '../model/firewall.js';
import { EXIT } from '../plan/verdict.js';
import { connectSource } from '../service/connect.js';
import { writeFileAtomic } from '../state/atomic-file.js';
import { askMissing, confirmSuggestion } from './init-ask.js';
import { sourceEnd, targetEnd } from './init-ends.js';
import type { InitOptions } from './init-options.js';
import { findTarget, scopeRemark } from './init-transport.js';
import { type Io, paintFor, print, printError } from './io.js';
import { startProgress } from './progress.js';

/** `slash32 init`: looks at both sides, pairs networks with interfaces, writes the configuration. Returns the exit code. */
export async function runInit(io: Io, given: InitOptions): Promise<number> {
  const out = resolve(io.cwd, given.out);
  if (existsSync(out) && given.overwrite !== true)
    throw new Slash32Error('S32_OUTPUT', {
      message: `${given.out} is already there.`,
      where: given.out,
      hint: 'Give --overwrite to replace it, or --out FILE.',
    });
  const options = await askMissing(io, given);
  const wanted = targetEnd(io, options);
  const source = await sourceEnd(io, options);
  const progress = startProgress(io);
  const [inventory, target] = await Promise.all([
    connectSource(source.config, io).then((one) => one.read(io.signal, progress.step)),
    findTarget(io, wanted, progress.step),
  ]).finally(progress.stop);
  const { observed } = target;
  for (const remark of target.remarks) printError(io, `${remark}\n`);

  const pairing = pairSegments(inventory, observed.interfaces);
  const pairs = await choosePairs(io, options, pairing, observed);
  reportPairing(io, pairing, pairs);
  if (pairs.length === 0)
    throw new Slash32Error('S32_NO_PAIR', {
      message: 'No network of Incus could be paired with an interface of the firewall by MAC address.',
      hint: `Pair by hand: --pair NETWORK=INTERFACE. Networks: ${pairing.unmatchedNetworks.join(', ') || 'none'}; interfaces: ${observed.interfaces.map((one) => one.id).join(', ') || 'none'}.`,
    });
  const text = renderConfig({
    owner: options.owner,
    incus: source.yaml,
    opnsense: target.end.yaml,
    segments: pairs.map((pair) => ({
      ...pair,
      state: observed.segments.find((state) => state.interface === pair.interface.id),
    })),
    protect: options.protect ?? [],
  });
  await write(out, text);
  const remark = scopeRemark(
    observed,
    pairs.map((pair) => pair.interface.id),
  );
  if (remark !== undefined) printError(io, `${paintFor(io, io.stderr).warn(remark)}\n`);
  print(io, `Wrote ${given.out}. Next: slash32 plan --config ${given.out}\n`);
  return EXIT.done;
}

async function choosePairs(
  io: Io,
  options: InitOptions,
  pairing: Pairing,
  observed: Observed,
): Promise<readonly SegmentPair[]> {
  const byHand = (options.pair ?? []).map((text) => handPair(text, observed));
  const taken = new Set(byHand.flatMap((pair) => [pair.network, pair.interface.id]));
  const free = (pair: SegmentPair): boolean => !taken.has(pair.network) && !taken.has(pair.interface.id);
  const pairs = [...byHand, ...pairing.pairs.filter(free)];
  for (const pair of pairing.suggestions.filter(free)) {
    const question = `Does network ${pair.network} stand on ${pair.interface.id} (${pair.interface.description})? Only the names say so.`;
    if (await confirmSuggestion(io, question)) pairs.push(pair);
    else printError(io, `Not paired, since only the names match: --pair ${pair.network}=${pair.interface.id}\n`);
  }
  return pairs;
}

function handPair(text: string, observed: Observed): SegmentPair {
  const [network, id] = text.split('=');
  const found = observed.interfaces.find((one) => one.id === id);
  if (network && found) return { network, interface: found };
  const known = observed.interfaces.map((one) => `${one.id} (${one.description})`).join(', ');
  throw new Slash32Error('S32_USAGE', {
    message: `"${text}" is no pair of a network and an interface of the firewall.`,
    where: '--pair',
    hint: `Write NETWORK=INTERFACE with one of ${known}.`,
  });
}

function reportPairing(io: Io, pairing: Pairing, pairs: readonly SegmentPair[]): void {
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

async function write(path: string, text: string): Promise<void> {
  try {
    await writeFileAtomic(path, text, 0o644);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Slash32Error('S32_OUTPUT', { message: `${path} could not be written: ${reason}`, where: path, cause });
  }
}
