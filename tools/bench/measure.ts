import { stat } from 'node:fs/promises';
import { buildPlan } from '../../src/plan/plan.js';
import type { PlanInput } from '../../src/plan/types.js';
import type { PlannerDeps } from '../../src/service/planner.js';
import { type BulkRun, runBulk } from './bulk.js';
import type { ColdResult } from './once.js';
import { parseAlone } from './parser.js';
import { type PeerRun, runPeers } from './peers.js';
import type { CallCounts, Simulators } from './simulators.js';
import { median, medianTimes, type Times, timed } from './stopwatch.js';
import {
  applyWorkspace,
  type BenchTransport,
  createWorkspace,
  openWorkspace,
  planWorkspace,
  readConfigXml,
  type Workspace,
} from './workspace.js';

/** How often each thing is done for one number of instances. */
export interface SizeOptions {
  readonly count: number;
  /** Times that each plan is made and the parser is run. */
  readonly planRuns: number;
  readonly applyRuns: number;
  /** Reservations that are written the peers' way; times and calls are scaled up when fewer than `count`. */
  readonly peerHosts: number;
}

/** A plan when everything is new, the whole apply of it, and the plan after it, by one transport. */
export interface TransportResult {
  readonly plan: Times;
  readonly apply: Times;
  readonly again: Times;
  readonly planCalls: CallCounts;
  /** All calls of an apply, those of its own planning included. */
  readonly applyCalls: CallCounts;
}

/** Everything that was measured for one number of instances. */
export interface SizeResult {
  readonly count: number;
  readonly configBytes: number;
  readonly inventoryBytes: number;
  /** The XML parser alone on the config.xml before the apply, and on the one after it. */
  readonly parser: Times;
  readonly parserAgain: Times;
  /**
   * How many times the parser's time a plan on files takes, new and again: the median over pairs that were run one right
   * after the other, so that a noisy moment of the machine falls on both.
   */
  readonly ratios: { readonly plan: number; readonly again: number };
  /** The pure function, everything new, without the check of the resulting DHCP configuration. */
  readonly pure: Times;
  readonly file: TransportResult;
  readonly api: TransportResult;
  readonly plugin: TransportResult;
  /** As many reservations and as many rules in one apply of the plugin. */
  readonly bulk: BulkRun;
  readonly peers: PeerRun & { readonly hosts: number };
  /** Undefined where no process is started for it. */
  readonly cold: ColdResult | undefined;
}

/** Measures work in fresh processes, in both workspaces. */
export type MeasureCold = (file: Workspace, api: Workspace) => Promise<ColdResult>;

/** Measures one number of instances against simulators that run. Folders are made below `folder`. */
export async function measureSize(
  folder: string,
  simulators: Simulators,
  options: SizeOptions,
  measureCold: MeasureCold | undefined,
): Promise<SizeResult> {
  const file = await createWorkspace(folder, 'file', simulators);
  const api = await createWorkspace(folder, 'api', simulators);
  const plugin = await createWorkspace(folder, 'plugin', simulators);
  const onFile = await measureTransport('file', file, simulators, options);
  return {
    count: options.count,
    configBytes: (await stat(simulators.firstConfig)).size,
    inventoryBytes: (await stat(simulators.instancesFile)).size,
    parser: onFile.parser,
    parserAgain: onFile.parserAgain,
    ratios: onFile.ratios,
    pure: onFile.pure,
    file: onFile.result,
    api: (await measureTransport('api', api, simulators, options)).result,
    plugin: (await measureTransport('plugin', plugin, simulators, options)).result,
    bulk: await measureBulk(simulators, options),
    cold: await measureCold?.(file, api),
    peers: await measurePeers(simulators, options),
  };
}

interface TransportMeasurement {
  readonly result: TransportResult;
  readonly parser: Times;
  readonly parserAgain: Times;
  readonly ratios: SizeResult['ratios'];
  readonly pure: Times;
}

async function measureTransport(
  transport: BenchTransport,
  workspace: Workspace,
  simulators: Simulators,
  { count, planRuns, applyRuns }: SizeOptions,
): Promise<TransportMeasurement> {
  await workspace.reset();
  const first = await planOf(workspace);
  const planCalls = await simulators.counts();
  expectCreates(first, count);
  const text = (): Promise<string> => (transport === 'file' ? readConfigXml(workspace) : Promise.resolve(NO_TEXT));
  const fresh = await measurePlans(workspace, await text(), planRuns);
  const pure: Times[] = [];
  for (let run = 0; run < planRuns; run += 1) pure.push(await timed(() => buildPlan({ ...first, check: () => [] })));

  const apply: Times[] = [];
  for (let run = 0; run < applyRuns; run += 1) {
    await workspace.reset();
    const deps = await openWorkspace(workspace.folder);
    apply.push(await timed(() => applyAll(deps)));
  }
  const applyCalls = await simulators.counts();
  expectCreates(await planOf(workspace), 0);
  const again = await measurePlans(workspace, await text(), planRuns);
  return {
    result: { plan: fresh.plan, apply: medianTimes(apply), again: again.plan, planCalls, applyCalls },
    parser: fresh.parser,
    parserAgain: again.parser,
    ratios: { plan: fresh.ratio, again: again.ratio },
    pure: medianTimes(pure),
  };
}

const NO_TEXT = '<opnsense/>';

/** Plans and the parser in turn. */
async function measurePlans(
  workspace: Workspace,
  text: string,
  runs: number,
): Promise<{ readonly plan: Times; readonly parser: Times; readonly ratio: number }> {
  const plan: Times[] = [];
  const parser: Times[] = [];
  for (let run = 0; run < runs; run += 1) {
    parser.push(await timed(() => parseAlone(text)));
    const deps = await openWorkspace(workspace.folder);
    plan.push(await timed(() => planWorkspace(deps)));
  }
  const ratios = plan.map((times, run) => times.wall / (parser[run]?.wall ?? 1));
  return { plan: medianTimes(plan), parser: medianTimes(parser), ratio: median(ratios) };
}

async function planOf(workspace: Workspace): Promise<PlanInput> {
  return (await planWorkspace(await openWorkspace(workspace.folder))).input;
}

async function applyAll(deps: PlannerDeps): Promise<void> {
  const outcome = await applyWorkspace(deps);
  if (outcome.kind !== 'applied') throw new Error(`the apply of the bench ended as "${outcome.kind}"`);
}

/** A measurement of a plan that plans nothing would look splendid. */
function expectCreates(input: PlanInput, creates: number): void {
  const { summary, faults } = buildPlan(input);
  if (summary.create === creates && summary.leftOut === 0 && faults.length === 0) return;
  throw new Error(`the bench expected ${creates} new reservations, and got ${JSON.stringify({ summary, faults })}`);
}

async function measureBulk(simulators: Simulators, { count, applyRuns }: SizeOptions): Promise<BulkRun> {
  const runs: BulkRun[] = [];
  for (let run = 0; run < applyRuns; run += 1) {
    await simulators.reset();
    runs.push(await runBulk(simulators, count));
  }
  return { calls: runs[0]?.calls ?? 0, wall: median(runs.map(({ wall }) => wall)) };
}

async function measurePeers(simulators: Simulators, { count, peerHosts }: SizeOptions): Promise<SizeResult['peers']> {
  await simulators.reset();
  const hosts = Math.min(count, peerHosts);
  const run = await runPeers(simulators, hosts);
  const { firewall } = await simulators.counts();
  if (firewall !== run.calls) throw new Error(`${run.calls} calls were sent, and ${firewall} came`);
  return { hosts, calls: (run.calls * count) / hosts, wall: (run.wall * count) / hosts };
}
