import { Slash32Error } from '../../../errors/slash32-error.js';
import type { Change } from '../../../model/change.js';
import type {
  ApplyRequest,
  ApplyResult,
  Commit,
  Observed,
  RestartEffect,
  Target,
  Verdict,
} from '../../../model/firewall.js';
import type { PolicyChange } from '../../../model/policy-entries.js';
import { type ClientOptions, createOpnsenseClient } from '../http/client.js';
import { asSlash32, withEffect } from '../http/effects.js';
import { readFilterLog } from '../http/filter-log.js';
import { connectionsOf, STATES_LIMIT } from '../http/states.js';
import { isUntested } from '../http/version.js';
import { buildCandidate } from '../isc/candidate.js';
import { restartEffects } from '../isc/restart.js';
import { createPluginApi, PLUGIN_PATHS, type PluginApi } from './api.js';
import { type Clock, systemClock } from './clock.js';
import { applyAndCommit } from './commit.js';
import { expectationOf } from './compare.js';
import { cutNotes } from './cut.js';
import { withWayIn } from './endings.js';
import { type Reading, readState } from './observe.js';
import { tooOld, tooOldFor, withoutUndo } from './older.js';
import { buildPayload } from './payload.js';
import { type ExpectedPolicy, expectPolicy } from './policy-compare.js';
import { wirePolicy } from './policy-wire.js';
import { NEVER_SENT } from './send.js';
import { verdictOf } from './verdict.js';
import type { WireSettled } from './wire.js';

/** An OPNsense with os-slash32. */
export interface PluginTargetOptions extends ClientOptions {
  /** Whether to write to a version newer than what was tested. */
  readonly allowUntestedVersion: boolean;
  readonly now: () => Date;
  /** Default: the clocks of this machine. */
  readonly clock?: Clock;
}

/** A target that the firewall itself undoes unless it is confirmed; it also tells how many calls it made. */
export interface PluginTarget extends Target {
  readonly commit: Commit;
  calls(): number;
}

/**
 * The `plugin` transport: a reading is one call, an apply is one call, and a confirmation is two more over new connections.
 * Compare-and-swap, the check by the real dhcpd and the rollback are the firewall's own.
 */
export function createPluginTarget(options: PluginTargetOptions): PluginTarget {
  const client = createOpnsenseClient(options);
  const api = createPluginApi(client);
  const clock = options.clock ?? systemClock(options.now);
  let last: Reading | undefined;
  return {
    async observe(signal, progress) {
      progress('Asking the plugin on the firewall');
      const state = await api.state({ signal });
      last = readState(state, api.target, clock.now());
      return last.observed;
    },
    check(base, changes) {
      const reading = readingOf(base);
      const candidate = buildCandidate(reading.source, reading.root, reading.interfaces, changes);
      return [...candidate.faults, ...reading.faults];
    },
    restarts: (base, changes) => restartsOf(readingOf(base), changes),
    async apply(request) {
      options.redactor.register(request.commitment?.token ?? '');
      return apply(request, readingOf(request.base));
    },
    /** The firewall reloads what it writes by itself, and finishes that even when the caller is gone. */
    settle: () => Promise.resolve(),
    commit: {
      confirm: (owner, token, signal) =>
        settleLater(PLUGIN_PATHS.confirm, token, () => api.confirm(owner, token, { signal })),
      rollback: (owner, token, signal) =>
        settleLater(PLUGIN_PATHS.rollback, token, () => api.rollback(owner, token, { signal, slow: true })),
    },
    connections: {
      list: async (signal) => connectionsOf(await api.connections({ signal, slow: true, bodyLimit: STATES_LIMIT })),
    },
    log: (limit, signal) => readFilterLog(client, last?.interfaces ?? [], limit, signal),
    calls: () => client.calls(),
  };

  function readingOf(base: Observed): Reading {
    if (last !== undefined && last.observed.revision === base.revision) return last;
    throw new Slash32Error('S32_CONFLICT', {
      message: 'The plan was made on another reading of the firewall than the last one.',
      where: base.target,
    });
  }

  async function apply(request: ApplyRequest, reading: Reading): Promise<ApplyResult> {
    const { commitment, changes, policy = [], message, progress, signal } = request;
    if (commitment === undefined) throw new RangeError('an apply through the plugin needs a commitment');
    const { segments, revision, version } = reading.observed;
    refuseUntested(version, options.allowUntestedVersion, api);
    if (changes.length > 0)
      refuseFaults(buildCandidate(reading.source, reading.root, reading.interfaces, changes).faults, api);
    const wanted = policy.length === 0 ? undefined : policyOf(reading, policy, commitment.owner);
    const old = tooOldFor(reading.state, wirePolicy(wanted?.lists ?? {}).aliases ?? []);
    if (old !== undefined) throw tooOld(old, api.where(PLUGIN_PATHS.apply));
    progress('applying');
    const sent = reading.state.cuts === true ? request.cut : undefined;
    const result = await applyAndCommit(
      { api, clock, progress, outOfReach: request.outOfReach, signal },
      {
        body: buildPayload({
          segments,
          revision,
          changes,
          message,
          commitment,
          accepted: closing(restartsOf(reading, changes)),
          ...(wanted === undefined ? {} : { policy: wanted.lists }),
          onBackup: request.onBackup === true && asksForYes(reading),
          cut: sent,
        }),
        expected: {
          ...expectationOf(commitment.owner, segments, changes),
          ...(wanted === undefined ? {} : { policy: wanted }),
        },
        wait: commitment.wait,
      },
    ).catch((error: unknown) => {
      throw withWayIn(error, request.base.ownAddress, api.target);
    });
    return sent === undefined ? result : { ...result, notes: [...result.notes, ...cutNotes(sent)] };
  }

  /** A plugin that does not tell of rules does not take redirects either, and would delete what it is not told of. */
  function policyOf(reading: Reading, changes: readonly PolicyChange[], owner: string): ExpectedPolicy {
    if (reading.policyRoot !== undefined) return expectPolicy(reading.policyRoot, changes, owner);
    throw new Slash32Error('S32_PLUGIN_API', {
      message:
        'The plugin os-slash32 on the firewall is older than policies: it does not tell which rules there are. Update it, as plugin/README.md says.',
      where: api.where(PLUGIN_PATHS.state),
      effect: 'Nothing was written and no service was touched.',
      written: 'nothing',
    });
  }

  async function settleLater(path: string, token: string, call: () => Promise<WireSettled>): Promise<Verdict> {
    options.redactor.register(token);
    try {
      return verdictOf(await call(), api.where(path));
    } catch (error) {
      const failure = asSlash32(error);
      if (failure.code === 'S32_PLUGIN_NOT_OURS' || failure.code === 'S32_PLUGIN_USER') throw failure;
      const doubt = NEVER_SENT.has(failure.code)
        ? 'The change waits as before; unconfirmed, the firewall rolls it back by itself.'
        : 'It is not known whether that was done; the command can be repeated. Unconfirmed, the firewall rolls back by itself.';
      throw withEffect(failure, doubt, 'unknown');
    }
  }
}

/** The plugin restarts DHCP where more than a description changes. What it tells holds but where it is asked for. */
function restartsOf(reading: Reading, changes: readonly Change[]): readonly RestartEffect[] {
  if (!changes.some(touchesDhcp)) return [];
  const isAsked = (effect: RestartEffect): boolean =>
    changes.some(
      (change) =>
        change.interface === effect.interface &&
        change.kind === 'setting' &&
        (change.setting === 'enabled' || change.setting === 'range'),
    );
  const others = reading.restarts.filter((effect) => !isAsked(effect));
  return [...withoutUndo(reading.state, restartEffects(reading.observed, changes)), ...others];
}

function touchesDhcp(change: Change): boolean {
  if (change.kind === 'setting' || change.before === undefined || change.after === undefined) return true;
  const { before, after } = change;
  return (['mac', 'address', 'hostname', 'arpEntry'] as const).some((field) => before[field] !== after[field]);
}

/** Older plugins refuse a key that they do not know. */
function asksForYes({ state: { ha } }: Reading): boolean {
  return ha?.role === 'backup' || ha?.role === 'unknown';
}

/** A person has agreed to these, or the plan would not have come this far. */
function closing(effects: readonly RestartEffect[]): string[] {
  return effects.filter(({ what }) => what === 'closes').map((effect) => effect.interface);
}

function refuseUntested(version: string | undefined, allowed: boolean, api: PluginApi): void {
  if (version === undefined || allowed || !isUntested(version)) return;
  throw new Slash32Error('S32_OPNSENSE_VERSION_UNTESTED', {
    message: `The firewall runs OPNsense ${version}, which slash32 was not tested with.`,
    where: api.where(PLUGIN_PATHS.apply),
  });
}

function refuseFaults(faults: readonly { interface: string; object: string; message: string }[], api: PluginApi): void {
  if (faults.length === 0) return;
  throw new Slash32Error('S32_DHCP_FAULT', {
    message: faults.map((fault) => `${fault.interface}, ${fault.object}: ${fault.message}`).join(' '),
    where: api.where(PLUGIN_PATHS.apply),
  });
}
