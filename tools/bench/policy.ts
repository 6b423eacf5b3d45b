import { randomUUID } from 'node:crypto';
import { editPolicy } from '../../src/firewall/opnsense/policy/edit.js';
import { readObservedPolicy } from '../../src/firewall/opnsense/policy/read.js';
import { parseConfigXml } from '../../src/firewall/opnsense/xml/parse.js';
import type { FirewallInterface } from '../../src/model/firewall.js';
import type { Policy, Selector } from '../../src/model/policy.js';
import type { RuleSet } from '../../src/model/rules.js';
import type { Segment } from '../../src/model/segment.js';
import { hostsOf } from '../../src/policy/ask/subjects.js';
import { runPolicyTests } from '../../src/policy/ask/tests.js';
import { compilePolicy } from '../../src/policy/compile/compile.js';
import { diffPolicy } from '../../src/policy/diff/diff.js';
import { NO_LAYER2 } from '../../src/policy/layer2/types.js';
import { projectRuleSet } from '../../src/policy/project.js';
import { reachMatrix, reachNodes } from '../../src/policy/reach/matrix.js';
import { createResolver } from '../../src/policy/resolve/resolve.js';
import type { Member, PolicyScene } from '../../src/policy/resolve/types.js';
import { buildSampleConfig } from '../../src/sim/opnsense/sample-config.js';
import { type BenchFlow, type ConnectionsBench, connectionsReport, measureConnections } from './connections.js';
import { median, timed } from './stopwatch.js';

/** What a policy of some size costs; milliseconds are medians. */
export interface PolicyBench {
  readonly instances: number;
  readonly statements: number;
  readonly tests: number;
  readonly rules: number;
  readonly aliases: number;
  /** Reading the rules of the firewall: config.xml parsed and understood. */
  readonly read: number;
  readonly compile: number;
  readonly evaluate: number;
  /** Asking for the whole matrix. */
  readonly reach: number;
  readonly rows: number;
  readonly connections: ConnectionsBench;
}

const SEGMENTS = [
  { id: 'opt1', name: 'edge', network: 1 },
  { id: 'opt2', name: 'servers', network: 2 },
  { id: 'opt3', name: 'lab', network: 3 },
] as const;
const GROUPS = 100;
const CONNECTIONS = 100_000;
const PLACE = { file: 'policy.yaml', line: 1, column: 1 };

/** Measures a policy on a firewall that holds it already. */
export async function measurePolicy(instances: number, statements: number, runs: number): Promise<PolicyBench> {
  const scene = sceneOf(instances, statements);
  const empty = buildSampleConfig({
    users: [],
    segments: SEGMENTS.map(({ id, name, network }) => ({
      id,
      description: name,
      address: `10.${network}.0.1`,
      prefix: 16,
    })),
  });
  const config = withReservations(empty, scene.members);
  const root = parseConfigXml(config);
  const changes = diffPolicy({
    owner: scene.owner,
    compiled: compilePolicy(scene, { foreignAliases: new Set() }),
    observed: readObservedPolicy(root),
  }).changes;
  const text = editPolicy(config, root, changes, { uuid: randomUUID, stamp: () => '1.00' });
  const observed = readObservedPolicy(parseConfigXml(text));
  const compiled = compilePolicy(scene, { foreignAliases: new Set() });
  const ruleSet = projectRuleSet(observed, []);
  const owned = new Set(observed.rules.map((rule) => rule.uuid));
  let rows = 0;
  return {
    instances,
    statements,
    tests: scene.policy.tests.length,
    rules: compiled.rules.length,
    aliases: compiled.aliases.length,
    // the rule set is made when it is first asked for
    read: await timesOf(runs, () => void readObservedPolicy(parseConfigXml(text)).ruleSet),
    compile: await timesOf(
      runs,
      () =>
        void diffPolicy({
          owner: scene.owner,
          compiled: compilePolicy(scene, { foreignAliases: new Set() }),
          observed,
        }),
    ),
    evaluate: await timesOf(runs, () => expectAll(scene, ruleSet)),
    reach: await timesOf(Math.min(runs, 3), () => {
      const nodes = reachNodes(hostsOf(scene), [ruleSet]);
      rows = reachMatrix(ruleSet, nodes, nodes).length;
    }),
    rows,
    connections: await measureConnections(
      ruleSet,
      (at) => flowAt(scene.members, statements, at),
      (id) => owned.has(id),
      CONNECTIONS,
      Math.min(runs, 3),
    ),
  };
}

/** The figures in words, as ratios of this run. */
export function policyReport(bench: PolicyBench): string {
  const ratio = (part: number): string => `${(part / bench.read).toFixed(2)}×`;
  const both = bench.compile + bench.evaluate;
  return [
    `policy of ${bench.statements} statements on ${bench.instances} instances: ${bench.rules} rules, ${bench.aliases} aliases`,
    `  compile and compare ${ratio(bench.compile)}, all ${bench.tests} tests ${ratio(bench.evaluate)}, together ${ratio(both)} the time of reading the rules (1.00× to reach)`,
    `  who reaches whom, all of it: ${ratio(bench.reach)}, ${bench.rows} rows`,
    connectionsReport(bench.connections),
  ].join('\n');
}

async function timesOf(runs: number, action: () => void): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < runs; run += 1) times.push((await timed(action)).wall);
  return median(times);
}

function expectAll(scene: PolicyScene, ruleSet: RuleSet): void {
  const wrong = runPolicyTests(scene, createResolver(scene), ruleSet).find((one) => one.outcome !== 'passed');
  if (wrong !== undefined) throw new Error(`a test of the bench fails: ${JSON.stringify(wrong.failures[0])}`);
}

function sceneOf(instances: number, statements: number): PolicyScene {
  const members = Array.from({ length: instances }, (_none, at): Member => memberOf(at));
  const interfaces = SEGMENTS.map(
    ({ id, name, network }): FirewallInterface => ({
      id,
      description: name,
      device: `vtnet${network + 1}`,
      mac: undefined,
      enabled: true,
      address: `10.${network}.0.1`,
      prefix: 16,
      virtualIps: [],
    }),
  );
  return {
    owner: 'bench',
    policy: policyOf(statements),
    segments: SEGMENTS.map(segmentOf),
    interfaces,
    varyingNetworks: [],
    instances: members.map((member, at) => ({
      project: 'default',
      name: member.instance.slice('default/'.length),
      uuid: undefined,
      type: 'container',
      status: 'running',
      ignored: false,
      pinnedAddress: undefined,
      tags: [`g${at % GROUPS}`],
      nics: [],
    })),
    members,
    layer2: {
      ...NO_LAYER2,
      ports: members.map(({ nic, instance, segment }) => ({ nic, instance, segment, isolated: true, host: undefined })),
    },
    leftAlone: new Map(),
    kept: new Map(),
  };
}

/** The instances of a group stand on one segment, as those of an application do. */
function memberOf(at: number): Member {
  const segment = SEGMENTS[(at % GROUPS) % SEGMENTS.length] ?? SEGMENTS[0];
  const number = Math.floor(at / SEGMENTS.length) + 10;
  return {
    instance: `default/i${at}`,
    project: 'default',
    nic: `default/i${at}/eth0`,
    segment: segment.name,
    interface: segment.id,
    address: `10.${segment.network}.${Math.floor(number / 250) + 1}.${(number % 250) + 2}`,
  };
}

function segmentOf({ id, name }: (typeof SEGMENTS)[number]): Segment {
  return {
    name,
    network: name,
    interface: id,
    pool: [],
    pins: {},
    manage: ['reservations', 'rules'],
    fallback: 'deny',
    infrastructure: ['dhcp', 'dns', 'ntp'],
    rangeAddress: undefined,
    router: undefined,
    arpEntries: false,
  };
}

function policyOf(statements: number): Policy {
  const pairs = Array.from({ length: statements }, (_none, at) => {
    const { from, to, port } = pairAt(at);
    return { from: tag(from), to: tag(to), port };
  });
  const spec = (port: number) => ({
    text: `tcp/${port}`,
    protocol: 'tcp' as const,
    ports: { from: port, to: port },
    icmpType: undefined,
  });
  return {
    groups: [],
    tagOwners: Array.from({ length: GROUPS }, (_none, at) => ({ tag: `g${at}`, projects: ['*'], place: PLACE })),
    statements: pairs.map(({ from, to, port }) => ({
      from: [from],
      to: [to],
      allow: [spec(port)],
      log: false,
      when: undefined,
      place: PLACE,
    })),
    publishes: [],
    tests: pairs.map(({ from, to, port }) => ({
      name: undefined,
      from: [from],
      to: [to],
      accept: [spec(port)],
      deny: [spec(22)],
      place: PLACE,
    })),
  };
}

/** Every other one is of a statement, between instances of its groups; the others are of nobody. */
function flowAt(members: readonly Member[], statements: number, at: number): BenchFlow {
  const statement = at % statements;
  const { from, to, port } = pairAt(statement);
  const each = Math.floor(members.length / GROUPS);
  const member = (group: number, number: number): string => members[group + GROUPS * (number % each)]?.address ?? '';
  return { from: member(from, at), to: member(to, Math.floor(at / each)), port: at % 2 === 0 ? port : 1 };
}

/** Groups and port of a statement. */
function pairAt(at: number): { readonly from: number; readonly to: number; readonly port: number } {
  return { from: at % GROUPS, to: (at * 7 + 1 + Math.floor(at / GROUPS)) % GROUPS, port: 1024 + at };
}

function tag(at: number): Selector {
  return { kind: 'tag', tag: `g${at}`, text: `tag:g${at}`, place: PLACE };
}

/** As many static mappings as instances, so that the file is as large as it would be. */
function withReservations(config: string, members: readonly Member[]): string {
  return SEGMENTS.reduce((text, { id, name }) => {
    const maps = members
      .filter((member) => member.segment === name)
      .map(
        (member, at) =>
          `<staticmap><mac>02:00:00:${[at >> 16, at >> 8, at].map((part) => (part & 255).toString(16).padStart(2, '0')).join(':')}</mac><ipaddr>${member.address}</ipaddr><hostname>${member.instance.slice(8)}</hostname><descr>${member.instance}</descr></staticmap>`,
      );
    const begin = text.indexOf(`<${id}>`, text.indexOf('<dhcpd>'));
    const end = text.indexOf(`</${id}>`, begin);
    return text.slice(0, end) + maps.join('') + text.slice(end);
  }, config);
}
