import { EXIT } from '../plan/exit.js';
import { askReach, type ReachAnswer } from '../plan/policy/ask.js';
import { inColumns } from '../plan/render/columns.js';
import { visible } from '../plan/render/visible.js';
import { type Io, print } from './io.js';
import { answered, openView, type PolicyOptions } from './policy-view.js';
import { widthOf } from './width.js';

/** Options of `slash32 reach`. */
export interface ReachOptions extends PolicyOptions {
  readonly from?: string;
  readonly to?: string;
  readonly dot?: boolean;
}

/** `slash32 reach`: the matrix of who can reach whom. Returns the exit code. */
export async function runReach(io: Io, options: ReachOptions): Promise<number> {
  const view = await openView(io, options);
  const after = options.after === true;
  const rows = answered(askReach(view, { from: options.from, to: options.to, after }));
  if (options.json === true) print(io, `${JSON.stringify({ format: 'slash32.reach/1', after, rows }, null, 2)}\n`);
  else if (options.dot === true) print(io, dot(rows));
  else print(io, table(rows, widthOf(io)));
  return EXIT.done;
}

function table(rows: readonly ReachAnswer[], width: number | undefined): string {
  if (rows.length === 0) return 'Nothing passes.\n';
  const lines = rows.map(({ from, to, services, perhaps, by }) => {
    const passes = [...services, ...perhaps.map((one) => `${one}?`)].join(' ');
    return [from, to, passes, by.join(', ')].map(visible);
  });
  const isUnsure = rows.some(({ perhaps }) => perhaps.length > 0);
  const note = isUnsure
    ? '? cannot be known from here whether it passes: slash32 explain FROM TO PORT says why.\n'
    : '';
  return `${inColumns(['from', 'to', 'passes', 'by'], lines, width)}${note}`;
}

/** A graph for Graphviz; each name is quoted, and so cannot be anything else. */
function dot(rows: readonly ReachAnswer[]): string {
  const quoted = (text: string): string => `"${visible(text).replace(/["\\]/g, '\\$&')}"`;
  const edges = rows.map(({ from, to, services, perhaps }) => {
    const label = [...services, ...perhaps.map((one) => `${one}?`)].join(' ');
    return `  ${quoted(from)} -> ${quoted(to)} [label=${quoted(label)}];`;
  });
  return ['digraph reach {', '  rankdir=LR;', '  node [shape=box];', ...edges, '}', ''].join('\n');
}
