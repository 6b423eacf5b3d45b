import { Slash32Error } from '../../src/errors/slash32-error.js';
import { buildPlan } from '../../src/plan/plan.js';
import { planDigest } from '../../src/service/reconcile/change-lines.js';
import type { Finding } from '../../src/service/types/finding.js';
import { type Failure, PLAIN_RUN, type Reading, type Run, type RunEvent } from '../../src/service/types/run.js';
import type { Service } from '../../src/service/types/service.js';
import type { ServiceStatus } from '../../src/service/types/status.js';
import type { Actor } from '../../src/service/types/trigger.js';
import { entry, input, instance, inventory, observed, state } from '../plan/build.js';
import { policyInput } from '../plan/policy/scene.js';

const AT = '2026-11-23T08:00:00.000Z';
const SERVICE: Actor = { kind: 'service', name: 'slash32', from: 'local' };
export const ENDED_ID = '20261123T080000Z-00000a';
export const FAILED_ID = '20261123T070000Z-00000b';

export const RUNNING_ID = '20261123T083000Z-00000c';

/** A service that is only played: it remembers what it was asked, and its fields may be changed at any time. */
export interface FakeService extends Service {
  /** What was called that changes something, with who asked. */
  readonly asked: { readonly what: string; readonly actor: Actor }[];
  readonly all: Map<string, Run>;
  /** Whether runs stay where they are until `put` ends them. */
  slow: boolean;
  paused: boolean;
  held: boolean;
  waits: boolean;
  blank: boolean;
  /** Thrown by everything, where it is set. */
  broken: Error | undefined;
  put(run: Run): void;
  log(id: string, message: string): void;
}

export const FAILURE: Failure = {
  code: 'S32_OPNSENSE_UNREACHABLE',
  message: 'The firewall does not answer.',
  where: 'https://fw.lan',
  effect: 'Nothing was changed on the firewall.',
  hint: 'Look whether it runs.',
  retryable: true,
};

/** A service with two runs, a reading, findings of each severity, and every optional field filled in somewhere. */
export function fakeService(): FakeService {
  const reading = sampleReading();
  const listeners = new Set<(event: RunEvent) => void>();
  let serial = 0;

  function guard(): void {
    if (fake.broken !== undefined) throw fake.broken;
  }

  function act(what: string, actor: Actor): void {
    guard();
    fake.asked.push({ what, actor });
  }

  function end(id: string): void {
    const run = fake.all.get(id);
    if (run !== undefined && run.state !== 'ended')
      fake.put({ ...run, state: 'ended', endedAt: AT, outcome: 'nothing', attempts: 1 });
  }

  async function settle(outcome: 'confirmed' | 'rolled_back', actor: Actor) {
    act(outcome, actor);
    if (!fake.waits) throw new Slash32Error('S32_PLUGIN_NOTHING_WAITS', { message: 'No apply waits.' });
    fake.waits = false;
    return { outcome, checksum: '0123456789abcdef', left: ['reservation 10.2.0.9'], notes: ['a note'] };
  }

  const fake: FakeService = {
    asked: [],
    all: new Map(sampleRuns(reading).map((run) => [run.id, run])),
    slow: false,
    paused: false,
    held: false,
    waits: false,
    blank: false,
    broken: undefined,
    put(run) {
      fake.all.set(run.id, run);
      for (const listener of listeners) listener({ type: 'state', run });
    },
    log(id, message) {
      const run = fake.all.get(id);
      if (run === undefined) return;
      const line = { at: AT, level: 'info', message } as const;
      fake.all.set(id, { ...run, log: [...run.log, line] });
      for (const listener of listeners) listener({ type: 'log', runId: id, line });
    },
    status() {
      guard();
      return sampleStatus(fake);
    },
    findings() {
      guard();
      return FINDINGS;
    },
    schedules: () => sampleStatus(fake).schedules,
    reading: () => (fake.blank ? undefined : reading),
    trigger: () => undefined,
    start(options, actor, idempotencyKey) {
      act('start', actor);
      serial += 1;
      const id = `20261123T090000Z-${serial.toString(16).padStart(6, '0')}`;
      const run: Run = { ...sampleRun(id), options, actor, idempotencyKey, state: 'queued', queuedAt: AT };
      fake.put(run);
      if (!fake.slow) setImmediate(() => end(id));
      return run;
    },
    run(id) {
      guard();
      return fake.all.get(id);
    },
    runs: ({ limit, before, outcome }) =>
      [...fake.all.values()]
        .toSorted((one, other) => (one.id < other.id ? 1 : -1))
        .filter((run) => (before === undefined || run.id < before) && (outcome ?? run.outcome) === run.outcome)
        .slice(0, limit),
    async settled(id, _timeoutMs, signal) {
      for (let turns = 0; turns < 5 && !signal.aborted && fake.all.get(id)?.state !== 'ended'; turns += 1)
        await new Promise((done) => setImmediate(done));
      return fake.all.get(id);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    cancel(id, actor) {
      act('cancel', actor);
      const run = fake.all.get(id);
      if (run === undefined) throw new Slash32Error('S32_RUN_UNKNOWN', { message: `There is no run ${id}.` });
      if (run.state === 'ended') throw new Slash32Error('S32_RUN_ENDED', { message: `Run ${id} has ended.` });
      const cancelled: Run = { ...run, state: 'ended', endedAt: AT, outcome: 'cancelled' };
      fake.put(cancelled);
      return cancelled;
    },
    confirm: (actor) => settle('confirmed', actor),
    rollback: (actor) => settle('rolled_back', actor),
    pause(actor) {
      act('pause', actor);
      return toggled('paused', true);
    },
    resume(actor) {
      act('resume', actor);
      return toggled('paused', false);
    },
    releaseHold(actor) {
      act('release-hold', actor);
      return toggled('held', false);
    },
  };

  function toggled(what: 'paused' | 'held', to: boolean): ServiceStatus {
    if (fake[what] === to) throw new Slash32Error('S32_SERVICE_STATE', { message: 'That is how it is already.' });
    fake[what] = to;
    return sampleStatus(fake);
  }

  return fake;
}

/** How many listen to a fake's runs, which cannot be seen from outside. */
export function countListeners(fake: FakeService): () => number {
  const open = new Set<object>();
  const original = fake.subscribe;
  fake.subscribe = (listener) => {
    const stop = original(listener);
    open.add(stop);
    return () => {
      open.delete(stop);
      stop();
    };
  };
  return () => open.size;
}

const FINDINGS: readonly Finding[] = (['info', 'error', 'warning'] as const).map((severity, at) => ({
  id: `run-failing:${at}`,
  code: 'run-failing',
  severity,
  segment: at === 0 ? undefined : 'servers',
  object: at === 1 ? 'default/web/eth0' : undefined,
  message: 'The last runs failed.',
  remedy: at === 2 ? 'Look at the last run.' : undefined,
  since: AT,
}));

/** One test that holds on the sample firewall, one that does not, and one of nobody. */
const POLICY = `
groups: { web: [default/web] }
policy:
  - { from: web, to: default/db, allow: [tcp/5432] }
tests:
  - { from: web, to: default/db, deny: [tcp/22] }
  - { from: web, to: default/db, accept: [tcp/5432] }
  - { from: default/nobody, to: web, deny: [tcp] }
`;

function sampleReading(): Reading {
  const between = input({
    inventory: inventory([instance('web'), instance('db'), instance('shop', { project: 'shop', uuid: undefined })]),
    observed: observed({
      segments: [
        state('opt3', {
          reservations: [
            entry({ mac: '52:54:00:00:00:01', address: '10.2.0.9', hostname: 'printer', description: 'a printer' }, 0),
            entry(
              { mac: '10:66:6a:00:00:77', address: '10.2.0.77', description: '[slash32:home:default/old/eth0]' },
              1,
            ),
          ],
        }),
        state('opt2'),
      ],
    }),
  });
  const plan = buildPlan(between);
  const { settings, observed: ruled } = policyInput({ policy: POLICY });
  return {
    runId: ENDED_ID,
    at: AT,
    plan,
    inventory: between.inventory,
    observed: { ...between.observed, policy: ruled.policy },
    settings: { ...between.settings, policy: settings.policy },
  };
}

/** A run that goes on. */
export function runningRun(): Run {
  return { ...sampleRun(RUNNING_ID), state: 'running', startedAt: AT, attempts: 1 };
}

function sampleRun(id: string): Run {
  return {
    id,
    state: 'ended',
    options: PLAIN_RUN,
    triggers: [{ kind: 'event', reason: 'instance-created default/web', at: AT }],
    triggerCount: 1,
    actor: SERVICE,
    queuedAt: AT,
    startedAt: undefined,
    endedAt: undefined,
    outcome: undefined,
    attempts: 0,
    plan: undefined,
    changes: [],
    revisionBefore: undefined,
    revisionAfter: undefined,
    undoneAt: undefined,
    notes: [],
    failure: undefined,
    log: [],
    idempotencyKey: undefined,
  };
}

function sampleRuns({ plan }: Reading): Run[] {
  const ended: Run = {
    ...sampleRun(ENDED_ID),
    options: { ...PLAIN_RUN, adopt: ['10.2.0.9'], checksum: '0123456789abcdef', confirmSeconds: 60 },
    startedAt: AT,
    endedAt: AT,
    outcome: 'waiting',
    attempts: 1,
    plan: planDigest(plan),
    changes: ['servers + 10.2.0.15 web', 'servers + 10.2.0.16 db', 'shop + 10.2.0.17 shop'],
    revisionBefore: 'r1',
    revisionAfter: 'r2',
    undoneAt: AT,
    notes: ['a note'],
    log: ['reads', 'plans', 'writes'].map((message) => ({ at: AT, level: 'info', message })),
    idempotencyKey: 'once',
  };
  const failed: Run = { ...sampleRun(FAILED_ID), startedAt: AT, endedAt: AT, outcome: 'failed', failure: FAILURE };
  return [ended, failed];
}

function sampleStatus(fake: FakeService): ServiceStatus {
  return {
    owner: 'home',
    version: '1.2.3',
    target: 'https://fw.lan',
    source: 'unix:/var/lib/incus/unix.socket',
    startedAt: AT,
    configuration: { digest: 'a'.repeat(64), readAt: AT, failure: FAILURE },
    running: ENDED_ID,
    queued: 0,
    nextRunAt: AT,
    failures: 0,
    lastRunId: ENDED_ID,
    lastAttemptAt: AT,
    lastSuccessAt: AT,
    pause: fake.paused ? { since: AT, by: 'alice', reason: 'because' } : undefined,
    hold: fake.held
      ? { checksum: '0123456789abcdef', since: AT, reason: 'rolled back', configuration: 'b'.repeat(64) }
      : undefined,
    disk: fake.waits ? FAILURE : undefined,
    cutOff: fake.waits ? { since: AT, checksum: '0123456789abcdef', undoneAt: AT, reason: 'No answer.' } : undefined,
    waiting: fake.waits ? { runId: ENDED_ID, checksum: '0123456789abcdef', undoneAt: AT } : undefined,
    stream: { state: 'down', since: AT, lastEventAt: AT, failure: FAILURE, connects: 3 },
    schedules: [
      { name: 'reconcile', cron: '0 3 * * *', timezone: 'Europe/Berlin', nextAt: AT, lastAt: undefined },
      { name: 'drift', cron: '0 * * * *', timezone: 'Europe/Berlin', nextAt: AT, lastAt: AT },
    ],
    drift: 3,
  };
}
