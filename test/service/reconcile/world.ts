import { Slash32Error } from '../../../src/errors/slash32-error.js';
import type { ApplyRequest, Observed, Target } from '../../../src/model/firewall.js';
import type { Instance, Inventory } from '../../../src/model/instance.js';
import { EMPTY_LEDGER, type Ledger } from '../../../src/model/ledger.js';
import type { PeerAnswer } from '../../../src/model/pair.js';
import type { JournalRecord } from '../../../src/service/history/types.js';
import type { PlannerDeps } from '../../../src/service/planner.js';
import { createReconciler } from '../../../src/service/reconcile/reconciler.js';
import type { Configuration, Reconciler, ReconcilerDeps } from '../../../src/service/reconcile/types.js';
import type { Run } from '../../../src/service/types/run.js';
import type { Actor } from '../../../src/service/types/trigger.js';
import { EMPTY_SERVICE_STATE, type ServiceState } from '../../../src/state/service-state.js';
import { instance, inventory, observed, projected, SERVERS, settings } from '../../plan/build.js';
import { type FakeTime, fakeTime } from './fake-time.js';

export const ALICE: Actor = { kind: 'token', name: 'alice', from: '127.0.0.1' };

/** Both sides of a firewall that are only played, and the disk beside it. Each field may be changed at any time. */
export interface World {
  readonly time: FakeTime;
  inventory: Inventory;
  observed: Observed;
  ledger: Ledger;
  readonly journal: JournalRecord[];
  /** What the disk holds of the service's state. */
  state: ServiceState;
  /** How long a reading takes. */
  readMs: number;
  writeMs: number;
  /** Fails the next readings, one each. */
  readonly readFailures: Slash32Error[];
  /** Takes the place of the firewall's answer to the next applies. */
  readonly applyFailures: (Error | (() => void))[];
  /** Whether the firewall undoes by itself what nobody confirms. */
  commits?: boolean;
  /** What the other node of a pair does with each apply; undefined where it is not asked. */
  peer?: PeerAnswer;
  /** Hears of each apply. */
  onApply?: (request: ApplyRequest) => void;
  diskFull: boolean;
  /** Whether readings go on though nobody waits for them any more. */
  deaf: boolean;
  locked: boolean;
  /** Checksums in the messages of the applies that were written. */
  readonly applied: string[];
  readonly starts: number[];
  running: number;
  mostRunning: number;
  blind: number;
}

export function world(part: Partial<World> = {}): World {
  return {
    time: fakeTime(),
    inventory: inventory([instance('web')]),
    observed: observed({ transport: 'api', target: 'https://fw.lan' }),
    ledger: EMPTY_LEDGER,
    journal: [],
    state: EMPTY_SERVICE_STATE,
    readMs: 0,
    writeMs: 0,
    readFailures: [],
    applyFailures: [],
    diskFull: false,
    deaf: false,
    locked: false,
    applied: [],
    starts: [],
    running: 0,
    mostRunning: 0,
    blind: 0,
    ...part,
  };
}

/** One more instance, which no event announces by itself. */
export function add(scene: World, ...names: readonly string[]): readonly Instance[] {
  const more = names.map((name) => instance(name));
  scene.inventory = inventory([...scene.inventory.instances, ...more]);
  return more;
}

export function configuration(scene: World, part: Partial<Configuration> = {}): Configuration {
  return {
    digest: 'digest-1',
    readAt: '2026-11-23T08:00:00Z',
    failure: undefined,
    owner: 'home',
    source: 'test',
    target: 'https://fw.lan',
    debounceMs: 1_000,
    confirmSeconds: undefined,
    makeDeps: async (signal, progress) => plannerDeps(scene, signal, progress),
    async lock() {
      if (scene.locked)
        throw new Slash32Error('S32_RUN_LOCKED', { message: "Another run is at work: 'slash32 apply'." });
      return { release: async () => undefined };
    },
    ...part,
  };
}

export function reconciler(scene: World, part: Partial<ReconcilerDeps> = {}): Reconciler {
  return createReconciler({
    version: '0.2.0',
    configuration: configuration(scene),
    history: [],
    journal: {
      async append(record) {
        if (scene.diskFull) throw full('journal');
        scene.journal.push(record);
      },
    },
    state: scene.state,
    states: {
      save(state) {
        if (scene.diskFull) throw full('state');
        scene.state = state;
      },
    },
    time: scene.time,
    random: () => 0.5,
    schedules: () => [],
    onBlind: () => {
      scene.blind += 1;
    },
    ...part,
  });
}

/** The newest run that has ended. */
export function lastRun(service: Reconciler): Run | undefined {
  return service.runs({ limit: 50, before: undefined, outcome: undefined }).find((run) => run.state === 'ended');
}

/** How each run ended, oldest first. */
export function outcomes(service: Reconciler): (string | undefined)[] {
  return service
    .runs({ limit: 500, before: undefined, outcome: undefined })
    .map((run) => run.outcome)
    .toReversed();
}

export function plannerDeps(scene: World, signal: AbortSignal, progress: (step: string) => void): PlannerDeps {
  return {
    settings: settings({ segments: [SERVERS] }),
    source: {
      async read() {
        scene.starts.push(scene.time.monotonic());
        scene.running += 1;
        scene.mostRunning = Math.max(scene.mostRunning, scene.running);
        progress('reading');
        const { inventory: now } = scene;
        try {
          if (scene.readMs > 0) await abortable(scene.time.sleep(scene.readMs), scene.deaf ? undefined : signal);
          const failure = scene.readFailures.shift();
          if (failure !== undefined) throw failure;
          return now;
        } finally {
          scene.running -= 1;
        }
      },
    },
    target: target(scene),
    ledgers: {
      load: async () => ({ ledger: scene.ledger, missing: false }),
      async save(ledger) {
        if (scene.diskFull) throw full('ledger');
        scene.ledger = ledger;
      },
    },
    at: { host: 'test', stateFile: '/state' },
    now: scene.time.now,
    signal,
    progress,
  };
}

function target(scene: World): Target {
  return {
    observe: async () => scene.observed,
    check: () => [],
    restarts: () => [],
    settle: async () => undefined,
    ...(scene.commits === true
      ? {
          commit: {
            confirm: async () => ({ outcome: 'unknown' as const }),
            rollback: async () => ({ outcome: 'unknown' as const }),
          },
        }
      : {}),
    async apply(request) {
      if (scene.writeMs > 0) await scene.time.sleep(scene.writeMs);
      scene.onApply?.(request);
      const instead = scene.applyFailures.shift();
      if (typeof instead === 'function') instead();
      else if (instead !== undefined) throw instead;
      scene.observed = projected(scene.observed, request.changes);
      scene.applied.push(/plan (\w+)/.exec(request.message)?.[1] ?? '');
      return {
        revision: scene.observed.revision,
        notes: [],
        ...(scene.peer === undefined ? {} : { peer: scene.peer }),
      };
    },
  };
}

function full(what: string): Slash32Error {
  return new Slash32Error('S32_STATE_WRITE', {
    message: `The ${what} could not be written: the disk is full.`,
    where: what,
  });
}

function abortable(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
    void work.then(resolve);
  });
}
