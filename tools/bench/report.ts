import { inColumns } from '../../src/plan/render/columns.js';
import type { Paint } from '../../src/plan/render/text.js';
import type { SizeResult } from './measure.js';
import type { Times } from './stopwatch.js';
import { figure, judge } from './targets.js';

/** The results as tables: what was measured, ratios, and each target with whether it is reached. */
export function renderReport(results: readonly SizeResult[], paint: Paint): string {
  const sizes = results.map(({ count }) => `${figure(count)} instances`);
  const rowsOf = (rows: readonly Row[]): string[][] => rows.map(([name, cell]) => [name, ...results.map(cell)]);
  const targets = judge(results).map(({ what, target, measured, reached }) => [
    what,
    target,
    measured,
    reached ? paint.good('reached') : paint.bad('MISSED'),
  ]);
  const tables = [
    inColumns(['milliseconds, median', ...sizes], rowsOf(TIME_ROWS)),
    inColumns(['calls, memory, size', ...sizes], rowsOf(COUNT_ROWS)),
    inColumns(['target', 'to reach', 'measured', ''], targets),
  ];
  return `${tables.join('\n')}\n${NOTES}\n`;
}

type Row = readonly [name: string, cell: (result: SizeResult) => string];

const TIME_ROWS: readonly Row[] = [
  ['XML parser alone, the same config.xml', ({ parser }) => ms(parser.wall)],
  ['plan (file), everything new', ({ file, ratios }) => times(file.plan.wall, ratios.plan)],
  ['  the pure function in it', ({ pure }) => ms(pure.wall)],
  ['apply (file), plan included', ({ file, parser }) => times(file.apply.wall, file.apply.wall / parser.wall)],
  ['XML parser alone, after the apply', ({ parserAgain }) => ms(parserAgain.wall)],
  ['plan (file), nothing to do', ({ file, ratios }) => times(file.again.wall, ratios.again)],
  ['plan (api), everything new', ({ api }) => both(api.plan)],
  ['apply (api), plan included', ({ api }) => both(api.apply)],
  ['plan (api), nothing to do', ({ api }) => both(api.again)],
  ['plan (plugin), everything new', ({ plugin }) => both(plugin.plan)],
  ['apply and confirm (plugin), plan included', ({ plugin }) => both(plugin.apply)],
  ['as many reservations and as many rules, one apply (plugin)', ({ bulk }) => ms(bulk.wall)],
  ['one call per object (peers)', ({ peers, count }) => peerTime(peers, count)],
  ['fresh process: parser alone', ({ cold }) => (cold === undefined ? '-' : ms(cold.parser))],
  ['fresh process: plan (file)', ({ cold }) => (cold === undefined ? '-' : times(cold.plan, cold.plan / cold.parser))],
];

const COUNT_ROWS: readonly Row[] = [
  ['firewall calls: plan (api)', ({ api }) => figure(api.planCalls.firewall)],
  ['firewall calls: apply (api), plan included', ({ api }) => figure(api.applyCalls.firewall)],
  ['firewall calls: plan (plugin)', ({ plugin }) => figure(plugin.planCalls.firewall)],
  ['firewall calls: apply and confirm (plugin)', ({ plugin }) => figure(plugin.applyCalls.firewall)],
  ['Incus calls: plan', ({ api }) => figure(api.planCalls.incus)],
  ['Incus calls: apply', ({ api }) => figure(api.applyCalls.incus)],
  [
    'firewall calls: one call per object (peers)',
    ({ peers, count }) => figure(peers.calls) + (peers.hosts < count ? ' (counted up)' : ''),
  ],
  ['times as many calls as an apply', ({ peers, api }) => (peers.calls / api.applyCalls.firewall).toFixed(1)],
  ['peak memory: plan (file)', ({ cold }) => memory(cold?.peak.filePlan)],
  ['peak memory: apply (file)', ({ cold }) => memory(cold?.peak.fileApply)],
  ['peak memory: plan (api)', ({ cold }) => memory(cold?.peak.apiPlan)],
  ['peak memory: apply (api)', ({ cold }) => memory(cold?.peak.apiApply)],
  ['config.xml', ({ configBytes }) => memory(configBytes)],
  ['list of instances', ({ inventoryBytes }) => memory(inventoryBytes)],
];

const NOTES = [
  'file: config.xml and the output of `incus list` from disk. api: HTTP to a simulated Incus and OPNsense in another process;',
  '"own" is the time in which slash32 itself was busy, the rest is waiting for the simulators. (2.0×) is against the parser alone.',
  'plugin: one reading, one apply, one reading on a new connection, one confirmation.',
  'Peers: one dnsmasq/settings/addHost and one dnsmasq/service/reconfigure for each reservation, against the same simulator.',
].join('\n');

function ms(time: number): string {
  return time < 10 ? time.toFixed(1) : figure(time);
}

function times(time: number, ratio: number): string {
  return `${ms(time)} (${ratio.toFixed(2)}×)`;
}

function both(times: Times): string {
  return `${ms(times.wall)} (own ${ms(times.own)})`;
}

function peerTime(peers: SizeResult['peers'], count: number): string {
  return peers.hosts < count ? `${ms(peers.wall)} (${peers.hosts} measured, counted up)` : ms(peers.wall);
}

function memory(bytes: number | undefined): string {
  if (bytes === undefined) return '-';
  return bytes < 10e6 ? `${(bytes / 1e6).toFixed(2)} MB` : `${figure(bytes / 1e6)} MB`;
}
