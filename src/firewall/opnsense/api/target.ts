import { Slash32Error } from '../../../errors/slash32-error.js';
import type { Observed, Target } from '../../../model/firewall.js';
import { type ClientOptions, createOpnsenseClient, type OpnsenseClient } from '../http/client.js';
import { readFilterLog } from '../http/filter-log.js';
import { privilegeFor } from '../http/privileges.js';
import { endConnections, listConnections } from '../http/states.js';
import { isUntested } from '../http/version.js';
import { buildCandidate } from '../isc/candidate.js';
import { restartEffects } from '../isc/restart.js';
import { applyChanges, needsDhcp } from './apply.js';
import { type Reading, readFirewall } from './observe.js';
import { settlePolicy } from './policy/apply.js';
import { RPC_PATH } from './rpc.js';
import { settleServices, type Wait } from './settle.js';

/** A stock OPNsense 25.7 to 26.7 with an API key. */
export interface ApiTargetOptions extends ClientOptions {
  /** Whether to write to a version newer than what was tested. */
  readonly allowUntestedVersion: boolean;
  /** Waits that many milliseconds; tests pass one that does not. */
  readonly wait?: Wait;
}

/** A target that also tells how many calls it made. */
export interface ApiTarget extends Target {
  calls(): number;
}

/**
 * The `api` transport. A reading takes six calls, an apply eight more. It cannot compare and swap: it looks at the
 * newest save right before the write and reads back after it, and names every save of others in between.
 */
export function createApiTarget(options: ApiTargetOptions): ApiTarget {
  const client = createOpnsenseClient(options);
  const wait = options.wait ?? sleep;
  let last: Reading | undefined;

  return {
    async observe(signal, progress) {
      last = await readFirewall(client, signal, progress);
      return last.observed;
    },
    check(base, changes) {
      const reading = readingOf(base);
      return buildCandidate(reading.snapshot.source, reading.snapshot.root, reading.interfaces, changes).faults;
    },
    restarts(base, changes) {
      const { observed } = readingOf(base);
      return restartEffects(observed, changes);
    },
    async apply(request) {
      const reading = readingOf(request.base);
      refuseVersion(client, reading.observed.version, options.allowUntestedVersion);
      return applyChanges({ client, reading, wait }, request);
    },
    async settle(signal, progress) {
      if (signal.aborted)
        throw new Slash32Error('S32_OPNSENSE_INTERRUPTED', { message: 'Interrupted before anything was sent.' });
      if (last === undefined || last.snapshot.category !== '') await settlePolicy(client, progress);
      const needed = last === undefined || needsDhcp(last.interfaces, last.snapshot.tree);
      await settleServices(client, needed, wait, progress);
    },
    connections: {
      list: (signal) => listConnections(client, signal),
      end: (ids, signal) => endConnections(client, ids, signal),
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
}

/** Refuses to write without knowing the version, or to an untested one without the user's word. */
function refuseVersion(client: OpnsenseClient, version: string | undefined, allowUntested: boolean): void {
  const { where } = client.describe('POST', RPC_PATH);
  if (version === undefined) {
    const privilege = privilegeFor(RPC_PATH);
    throw new Slash32Error('S32_OPNSENSE_FORBIDDEN', {
      message: `The version of the firewall is not known, because the API key lacks ${privilege}; without it nothing is written.`,
      where,
      hint: `Give the user of the key page-all: writing needs ${privilege}, and restarting DHCP and setting ARP entries know nothing less.`,
    });
  }
  if (isUntested(version) && !allowUntested)
    throw new Slash32Error('S32_OPNSENSE_VERSION_UNTESTED', {
      message: `The firewall runs OPNsense ${version}, which slash32 was not tested with.`,
      where,
    });
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
