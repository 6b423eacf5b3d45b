import { EXIT } from '../plan/exit.js';
import { askExplain, type ExplainLine } from '../plan/policy/ask.js';
import type { Paint } from '../plan/render/text.js';
import { visible } from '../plan/render/visible.js';
import { type Io, paintFor, print, printError } from './io.js';
import { answered, openView, type PolicyOptions } from './policy-view.js';

/** `slash32 explain FROM TO PORT`: whether it passes, by which rule, and which rules came before. Returns the exit code. */
export async function runExplain(
  io: Io,
  from: string,
  to: string,
  port: string,
  options: PolicyOptions,
): Promise<number> {
  const view = await openView(io, options);
  const lines = answered(askExplain(view, { from, to, port, after: options.after === true }));
  if (options.json === true) {
    print(
      io,
      `${JSON.stringify({ format: 'slash32.explain/1', after: options.after === true, flows: lines }, null, 2)}\n`,
    );
    return EXIT.done;
  }
  const paint = paintFor(io, io.stdout);
  print(io, lines.map((line) => text(line, paint)).join('\n'));
  if (options.after !== true && view.changes.length > 0)
    printError(
      io,
      `This is the firewall as it is; an apply would change ${view.changes.length} of its entries (--after shows that).\n`,
    );
  return EXIT.done;
}

function text(line: ExplainLine, paint: Paint): string {
  const colour = line.verdict === 'pass' ? paint.good : line.verdict === 'unknown' ? paint.warn : paint.bad;
  const head = `${line.from} → ${line.to} ${line.port}: ${line.headline}`;
  const steps = line.steps.map((step) => `  ${visible(step)}\n`);
  const reasons = line.reasons.map((reason) => `  ? ${visible(reason)}\n`);
  return `${colour(visible(head))}\n${steps.join('')}${reasons.join('')}`;
}
