import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { RequestObserver } from '../../model/observer.js';
import type { PolicyPlan } from '../../plan/policy/types.js';
import { THROTTLES, throttledProjects } from '../../plan/throttled.js';
import type { Plan } from '../../plan/types.js';
import { RUN_OUTCOMES, type Run } from '../types/run.js';
import type { Service } from '../types/service.js';
import type { PairStatus } from '../types/status.js';

/** The metrics of one service, and who feeds them. */
export interface Metrics {
  /** All of them in Prometheus' text format. */
  read(): Promise<string>;
  /** Follows the runs of a service, and asks it for the rest when it is read. */
  follow(service: Service): () => void;
  readonly onFirewallCall: RequestObserver;
  readonly onIncusCall: RequestObserver;
  /** One event of the stream: `hint`, or why it was passed over. */
  onEvent(result: string): void;
  /** A change that no event had announced. */
  onBlind(): void;
  onRequest(line: { readonly method: string; readonly route: string; readonly status: number }): void;
  onHook(hook: string, result: string): void;
}

const SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** Metrics on a registry of their own. Label values are of a known few: never a name, an address or an id. */
export function createMetrics(version: string): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const gauge = <T extends string = never>(name: string, help: string, labelNames: T[] = []): Gauge<T> =>
    new Gauge({ name, help, labelNames, registers });
  const counter = <T extends string>(name: string, help: string, labelNames: T[] = []): Counter<T> =>
    new Counter({ name, help, labelNames, registers });
  const duration = <T extends string>(name: string, help: string, labelNames: T[] = []): Histogram<T> =>
    new Histogram({ name, help, labelNames, registers, buckets: SECONDS });

  const runs = counter('slash32_runs_total', 'Runs that have ended.', ['outcome', 'trigger']);
  const runSeconds = duration('slash32_run_duration_seconds', 'How long runs took.');
  const changes = counter('slash32_changes_total', 'Changes that were applied.', ['kind']);
  const received = counter('slash32_incus_events_received_total', 'Messages of the event stream.', ['result']);
  const dropped = counter('slash32_incus_events_dropped_total', 'Messages that are no news.', ['reason']);
  const blind = counter('slash32_incus_events_blind_total', 'Changes that no event had announced.');
  const firewall = duration('slash32_firewall_request_duration_seconds', 'Calls to the firewall.', ['call', 'result']);
  const incus = duration('slash32_incus_request_duration_seconds', 'Calls to Incus.', ['call', 'result']);
  const requests = counter('slash32_http_requests_total', 'Requests to the HTTP API.', ['method', 'route', 'status']);
  const hooks = counter('slash32_hooks_total', 'Posts to the webhooks.', ['hook', 'result']);
  const status = {
    attempt: gauge('slash32_run_last_attempt_timestamp_seconds', 'When the last run began.'),
    success: gauge('slash32_run_last_success_timestamp_seconds', 'When the last run succeeded.'),
    queue: gauge('slash32_queue_depth', 'Runs that wait.'),
    active: gauge('slash32_run_active', 'Whether a run goes on.'),
    up: gauge('slash32_incus_events_up', 'Whether the event stream is connected.'),
    expected: gauge('slash32_incus_events_expected', 'Whether the source announces changes at all.'),
    pending: gauge('slash32_pending_confirms', 'Applies that wait on the firewall to be confirmed.'),
    drift: gauge('slash32_drift_changes', 'Changes that the last look found to be made.'),
    findings: gauge('slash32_findings', 'Things that somebody should look at.', ['severity']),
    hold: gauge('slash32_hold', 'Whether a plan is held.'),
    paused: gauge('slash32_paused', 'Whether applying is paused.'),
    failures: gauge('slash32_consecutive_failures', 'Runs in a row that failed.'),
    reservations: gauge('slash32_managed_reservations', 'Our reservations at the last look.', ['segment']),
    tests: gauge('slash32_policy_tests', 'Tests of the policy at the last look.', ['outcome']),
    entries: gauge('slash32_policy_entries', 'What the policy comes to on the firewall.', ['kind']),
    leftOut: gauge('slash32_left_out_nics', 'NICs that get no reservation.', ['segment']),
    throttled: gauge('slash32_throttled_nics', 'NICs that a limit of their project keeps waiting.', ['limit']),
    role: gauge('slash32_pair_role', 'How the firewall stands in its high-availability pair.', ['role']),
    pair: gauge('slash32_pair', 'What is not well between the nodes of a pair.', ['what']),
    config: gauge('slash32_config_reload_success_timestamp_seconds', 'When the configuration was read.'),
    configOk: gauge('slash32_config_last_reload_successful', 'Whether the newest configuration is in use.'),
  };
  gauge('slash32_build_info', 'Which slash32 this is.', ['version']).set({ version }, 1);
  collectDefaultMetrics({ register: registry });
  for (const outcome of RUN_OUTCOMES) runs.inc({ outcome, trigger: 'start' }, 0);
  let followed: Service | undefined;

  function ended(run: Run): void {
    const trigger = run.triggers[0]?.kind ?? run.actor.kind;
    runs.inc({ outcome: run.outcome ?? 'interrupted', trigger });
    if (run.startedAt !== undefined && run.endedAt !== undefined)
      runSeconds.observe(Math.max(0, Date.parse(run.endedAt) - Date.parse(run.startedAt)) / 1000);
    if (run.outcome !== 'applied' && run.outcome !== 'waiting') return;
    for (const [kind, count] of Object.entries(run.plan?.summary ?? {}))
      if (CHANGES.has(kind) && count > 0) changes.inc({ kind }, count);
  }

  function refresh(service: Service): void {
    const now = service.status();
    const seconds = (at: string | undefined): number => (at === undefined ? 0 : Date.parse(at) / 1000);
    status.attempt.set(seconds(now.lastAttemptAt));
    status.success.set(seconds(now.lastSuccessAt));
    status.queue.set(now.queued);
    status.active.set(Number(now.running !== undefined));
    status.up.set(Number(now.stream.state === 'up'));
    status.expected.set(Number(now.stream.state !== 'off'));
    status.pending.set(Number(now.waiting !== undefined));
    status.drift.set(now.drift ?? 0);
    status.hold.set(Number(now.hold !== undefined));
    status.paused.set(Number(now.pause !== undefined));
    status.failures.set(now.failures);
    status.config.set(seconds(now.configuration.readAt));
    const { failure, onDisk } = now.configuration;
    status.configOk.set(Number(failure === undefined && onDisk === undefined));
    for (const severity of ['info', 'warning', 'error'] as const)
      status.findings.set({ severity }, service.findings().filter((one) => one.severity === severity).length);
    refreshPair(now.pair);
    const plan = service.reading()?.plan;
    if (plan !== undefined) refreshSegments(plan);
    refreshPolicy(plan?.policy);
  }

  function refreshPair(pair: PairStatus | undefined): void {
    for (const role of ['master', 'backup', 'unknown', 'none'] as const)
      status.role.set({ role }, Number((pair?.role ?? 'none') === role));
    status.pair.set({ what: 'not_taken' }, pair?.debts.length ?? 0);
    status.pair.set({ what: 'not_answered' }, Number(pair?.last?.open === true));
    status.pair.set({ what: 'unwatched' }, pair?.unwatched.length ?? 0);
    status.pair.set({ what: 'not_synchronised' }, pair?.missing.length ?? 0);
  }

  function refreshPolicy(policy: PolicyPlan | undefined): void {
    for (const outcome of ['passed', 'failed', 'nobody'] as const)
      status.tests.set({ outcome }, policy?.tests.filter((one) => one.outcome === outcome).length ?? 0);
    for (const kind of ['aliases', 'rules', 'redirects'] as const)
      status.entries.set({ kind }, policy?.entries[kind] ?? 0);
  }

  function refreshSegments(plan: Plan): void {
    status.reservations.reset();
    status.leftOut.reset();
    const throttled = throttledProjects(plan.segments);
    for (const limit of THROTTLES) {
      const waiting = throttled.filter((one) => one.limit === limit);
      status.throttled.set(
        { limit },
        waiting.reduce((sum, one) => sum + one.nics.length, 0),
      );
    }
    for (const { name, unchanged, leftOut } of plan.segments) {
      status.reservations.set({ segment: name }, unchanged);
      status.leftOut.set({ segment: name }, leftOut.length);
    }
  }

  return {
    async read() {
      if (followed !== undefined) refresh(followed);
      return await registry.metrics();
    },
    follow(service) {
      followed = service;
      return service.subscribe((event) => {
        if (event.type === 'state' && event.run.state === 'ended') ended(event.run);
      });
    },
    onFirewallCall: (call, seconds, result) => firewall.observe({ call, result }, seconds),
    onIncusCall: (call, seconds, result) => incus.observe({ call, result }, seconds),
    onEvent(result) {
      received.inc({ result: result === 'hint' ? 'hint' : 'dropped' });
      if (result !== 'hint') dropped.inc({ reason: result });
    },
    onBlind: () => blind.inc(),
    onRequest: ({ method, route, status: code }) => requests.inc({ method, route, status: String(code) }),
    onHook: (hook, result) => hooks.inc({ hook, result }),
  };
}

const CHANGES: ReadonlySet<string> = new Set([
  'create',
  'update',
  'adopt',
  'retire',
  'restore',
  'release',
  'delete',
  'settings',
]);
