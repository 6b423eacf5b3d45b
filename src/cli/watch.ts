import { Slash32Error } from '../errors/slash32-error.js';
import { refuseUnknown } from '../plan/asked-names.js';
import { EXIT } from '../plan/exit.js';
import { askWatch, proposalLines } from '../plan/policy/watch.js';
import { visible } from '../plan/render/visible.js';
import { type Io, print, printError } from './io.js';
import { openViewOn, type PolicyOptions } from './policy-view.js';

/** Options of `slash32 watch`. */
export interface WatchOptions extends PolicyOptions {
  readonly only?: string;
  readonly limit: number;
}

/** `slash32 watch`: reads what watched segments logged and proposes the statements that are missing. Returns the exit code. */
export async function runWatch(io: Io, options: WatchOptions): Promise<number> {
  const { view, target, session } = await openViewOn(io, options);
  const segments = view.scene.segments.map((one) => one.name);
  if (options.only !== undefined) refuseUnknown('segment', [options.only], segments);
  if (target.log === undefined)
    throw new Slash32Error('S32_FILTER_LOG', {
      message: 'A config.xml has no log of packets.',
      where: session.config.file,
    });
  const packets = await target.log(options.limit, io.signal);
  const answer = askWatch(view, packets, options.only);
  if (options.json === true) {
    print(io, `${JSON.stringify({ format: 'slash32.watch/1', read: packets.length, ...answer }, null, 2)}\n`);
    return EXIT.done;
  }
  if (answer.segments.length === 0)
    printError(io, 'No segment is watched or denies yet: set default: watch for one, and apply that first.\n');
  else if (answer.proposals.length === 0)
    printError(
      io,
      `Nothing was dropped or watched on ${answer.segments.join(', ')} in the last ${packets.length} packets of the log.\n`,
    );
  else print(io, `policy:\n${proposalLines(answer).map(visible).join('\n')}\n`);
  if (answer.others > 0) printError(io, `${answer.others} more packets were of nobody that a statement could name.\n`);
  return EXIT.done;
}
