import type { Config } from '../config/types.js';
import { Slash32Error } from '../errors/slash32-error.js';
import type { Observed } from '../model/firewall.js';
import type { Segment } from '../model/segment.js';
import { EXIT } from '../plan/exit.js';
import { forgetInterfaces } from '../plan/ledger.js';
import { buildRelease } from '../plan/release.js';
import { type ApplyCommandOptions, applySession } from './apply.js';
import { refuseServed } from './beside.js';
import { type Io, printError } from './io.js';
import { openSession, planRequest } from './session.js';

/** Options of `slash32 release`. */
export interface ReleaseOptions extends ApplyCommandOptions {
  readonly keep?: boolean;
  readonly remove?: boolean;
  readonly interface?: readonly string[];
  readonly all?: boolean;
}

/** `slash32 release`: gives segments up, as they are or as they were. Returns the exit code. */
export async function runRelease(io: Io, options: ReleaseOptions): Promise<number> {
  if ((options.keep === true) === (options.remove === true))
    throw new Slash32Error('S32_USAGE', {
      message: 'release needs either --keep (hand everything over as it is) or --remove (take away what is ours).',
    });
  const session = await openSession(io, options, true);
  try {
    planRequest(session.config, options);
    const segments = releasedSegments(session.config, options);
    const isPaused = await refuseServed(io, session.config, segments);
    let given = new Set<string>();
    const mode = options.keep === true ? 'keep' : 'remove';
    const exitCode = await applySession(
      io,
      session,
      { ...options, segment: [] },
      {
        action: 'release',
        make: (input) => {
          refuseUnknownInterfaces(options.interface ?? [], input.observed);
          const plan = buildRelease(input, segments, mode);
          given = new Set(plan.segments.filter((one) => one.error === undefined).map((one) => one.interface));
          return plan;
        },
        finishLedger: (ledger) => forgetInterfaces(ledger, given, mode),
      },
    );
    const configured = segments.filter((segment) => session.config.plan.segments.includes(segment));
    if (exitCode === EXIT.done && configured.length > 0) {
      const names = configured.map((one) => one.name).join(', ');
      const service = isPaused
        ? ' Then, for the service, which is paused: systemctl reload slash32, and slash32 resume.'
        : '';
      printError(
        io,
        `Take ${names} out of ${options.config} now: as long as it stands there, the next apply sets again what manage asks for, and gives each NIC without a reservation one.${service}\n`,
      );
    }
    return exitCode;
  } finally {
    session.close();
  }
}

function releasedSegments(config: Config, options: ReleaseOptions): Segment[] {
  const { segments } = config.plan;
  const named = options.all === true ? [...segments] : segments.filter((one) => options.segment?.includes(one.name));
  for (const id of options.interface ?? []) {
    if (named.some((one) => one.interface === id)) continue;
    named.push(segments.find((one) => one.interface === id) ?? orphan(id));
  }
  if (named.length > 0) return named;
  throw new Slash32Error('S32_USAGE', {
    message: 'release needs to know what to give up: --segment NAME, --interface ID, or --all.',
  });
}

function refuseUnknownInterfaces(ids: readonly string[], observed: Observed): void {
  const known = [...observed.interfaces.map((one) => one.id), ...observed.segments.map((one) => one.interface)];
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown === undefined) return;
  throw new Slash32Error('S32_NO_MATCH', {
    message: `The firewall has no interface "${unknown}"; there is ${[...new Set(known)].join(', ')}.`,
    where: `--interface ${unknown}`,
  });
}

/** An interface that is no segment any more, but still holds reservations of ours. */
function orphan(id: string): Segment {
  return {
    name: id,
    network: '(none)',
    interface: id,
    pool: [],
    pins: {},
    manage: ['reservations'],
    rangeAddress: undefined,
    router: undefined,
    arpEntries: false,
    fallback: 'inherit',
    infrastructure: [],
  };
}
