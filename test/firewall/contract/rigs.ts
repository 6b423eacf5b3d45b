import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createApiTarget } from '../../../src/firewall/opnsense/api/target.js';
import { createFileTarget } from '../../../src/firewall/opnsense/file/target.js';
import { parseKeyFile } from '../../../src/firewall/opnsense/http/key-file.js';
import { createPluginTarget } from '../../../src/firewall/opnsense/plugin/target.js';
import type { Commitment, Target } from '../../../src/model/firewall.js';
import { createRedactor } from '../../../src/secrets/redactor.js';
import { stateRows } from '../../../src/sim/opnsense/pf/list.js';
import { pfctlText, type SimPfState } from '../../../src/sim/opnsense/pf/states.js';
import { buildSampleConfig } from '../../../src/sim/opnsense/sample-config.js';
import { type SimOpnsense, startSimOpnsense } from '../../../src/sim/opnsense/start.js';
import { createSimUser, keyFileOf } from '../../../src/sim/opnsense/users.js';
import { temporaryFolder } from '../../cli/harness.js';
import { startStandIn } from '../../plugin/standin/start.js';

/** Where redirects may stand. */
const PUBLISHES = ['wan tcp/1-65535', 'wan udp/1-65535'];

/** A target, and what lies behind it. */
export interface Rig {
  readonly target: Target;
  readonly text: () => Promise<string>;
  /** Somebody else saves something that has nothing to do with DHCP. */
  readonly otherSave: () => Promise<void>;
  /** What pf keeps open; undefined where there is no pf. */
  readonly pf?: PfRig;
}

/** The states of a firewall. */
export interface PfRig {
  readonly setStates: (states: readonly SimPfState[]) => void;
  /** Ids of those that are left, sorted. */
  readonly states: () => readonly string[];
  /** They cannot be listed any more. */
  readonly lose: () => void;
}

const USER = createSimUser('slash32', ['page-all']);

/** The first configuration, made from the sample. */
export type Edit = (text: string) => string;
const asItIs: Edit = (text) => text;

export async function fileRig(edit: Edit = asItIs): Promise<Rig> {
  const path = join(await temporaryFolder(), 'config.xml');
  await writeFile(path, edit(buildSampleConfig({ users: [USER] })));
  const text = () => readFile(path, 'utf8');
  return {
    target: createFileTarget({ path, now: () => new Date('2026-11-23T08:00:00Z') }),
    text,
    otherSave: async () => writeFile(path, (await text()).replace('<optimization>normal', '<optimization>other')),
  };
}

export async function apiRig(edit: Edit = asItIs): Promise<Rig> {
  const folder = join(await temporaryFolder(), 'firewall');
  await mkdir(folder);
  const sim = await startSimOpnsense({ folder, users: [USER], config: edit(buildSampleConfig({ users: [USER] })) });
  onTestFinished(() => sim.close());
  return {
    target: createApiTarget({
      url: sim.url,
      key: parseKeyFile(sim.keyFile()),
      trust: { ca: undefined, fingerprint: undefined },
      redactor: createRedactor(),
      allowUntestedVersion: false,
    }),
    text: async () => sim.configText(),
    otherSave: async () => void sim.save(() => {}),
    pf: simulatedPf(sim),
  };
}

/** The simulated plugin; each apply is kept once a new connection has shown it. */
export async function pluginRig(edit: Edit = asItIs): Promise<Rig> {
  const folder = join(await temporaryFolder(), 'firewall');
  await mkdir(folder);
  const interfaces = ['lan', 'opt1', 'opt2', 'opt3'];
  const config = edit(buildSampleConfig({ users: [USER] }));
  const sim = await startSimOpnsense({ folder, users: [USER], plugin: { interfaces, publishes: PUBLISHES }, config });
  onTestFinished(() => sim.close());
  return {
    target: committing(sim.url, sim.keyFile()),
    text: async () => sim.configText(),
    otherSave: async () => void sim.save(() => {}),
    pf: simulatedPf(sim),
  };
}

function simulatedPf(sim: SimOpnsense): PfRig {
  return {
    setStates: (states) => sim.setStates(states),
    states: () =>
      sim
        .states()
        .map((one) => one.id)
        .sort(),
    lose: () => sim.loseStates(true),
  };
}

/** The plugin's own PHP. */
export async function phpRig(edit: Edit = asItIs): Promise<Rig> {
  const scope = `<general><interfaces>lan,opt1,opt2,opt3</interfaces><publishes>${PUBLISHES.join('\n')}</publishes></general>`;
  const sample = edit(buildSampleConfig({ users: [USER] }));
  const config = sample.replace('<OPNsense>', `<OPNsense><Slash32>${scope}</Slash32>`);
  const box = await startStandIn({ users: [USER], config });
  onTestFinished(() => box.stop());
  const path = join(box.folder, 'conf', 'config.xml');
  const text = () => readFile(path, 'utf8');
  return {
    target: committing(box.url, keyFileOf(USER)),
    text,
    otherSave: async () => writeFile(path, (await text()).replace('<optimization>normal', '<optimization>other')),
    pf: {
      setStates: (states) =>
        writeFileSync(join(box.folder, 'states.json'), JSON.stringify(stateRows(pfctlText(states)))),
      states: () =>
        (JSON.parse(readFileSync(join(box.folder, 'states.json'), 'utf8')) as { id: string }[])
          .map((row) => row.id.split('/')[0] ?? '')
          .sort(),
      lose: () =>
        writeFileSync(join(box.folder, 'control.json'), JSON.stringify({ 'filter list states': { answer: '' } })),
    },
  };
}

function committing(url: string, keyFile: string): Target {
  const target = createPluginTarget({
    url,
    key: parseKeyFile(keyFile),
    trust: { ca: undefined, fingerprint: undefined },
    redactor: createRedactor(),
    allowUntestedVersion: false,
    now: () => new Date(),
  });
  const commitment = (): Commitment => ({
    owner: 'home',
    token: randomBytes(32).toString('hex'),
    seconds: 60,
    wait: true,
    fingerprint: 'f'.repeat(64),
    host: 'incus1',
    takeOver: false,
  });
  return { ...target, apply: (request) => target.apply({ ...request, commitment: commitment() }) };
}
