import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Slash32Error } from '../errors/slash32-error.js';
import { parseJson } from '../http/hooks/json.js';
import { createIncusJudge } from '../http/hooks/judge.js';
import { readWish } from '../http/hooks/wish.js';
import { EXIT } from '../plan/exit.js';
import { visible } from '../plan/render/visible.js';
import { readBoundedFile } from '../state/bounded-file.js';
import { type Io, paintFor, print } from './io.js';
import { createPost, type PlayAs } from './receive-post.js';

/** Options of `slash32 receive`. */
export interface ReceiveOptions {
  readonly config: string;
  /** Only says what each line would do; needs neither a service nor a configuration. */
  readonly dryRun?: boolean;
  /** The service there instead of the one of the configuration. */
  readonly url?: string;
  /** `incus`: lines are events. `generic`: lines are bodies of the generic webhook, signed anew. */
  readonly as: PlayAs;
  /** 1 keeps the pace of the recording, 10 is ten times as fast; undefined is as fast as it goes. */
  readonly speed?: number;
  readonly json?: boolean;
}

/** One line of a recording. */
interface Line {
  readonly body: string;
  /** When it was recorded, in milliseconds. */
  readonly at: number | undefined;
}

/** What one line means to the webhook. */
interface Meaning {
  readonly kind: 'news' | 'double' | 'passed' | 'unreadable';
  readonly text: string;
}

/**
 * `slash32 receive FILE`: plays a recording, one JSON object a line, to a webhook of the running service, or says what each line
 * would do. Takes events as the stream has them, and posts as a recorder of webhooks writes them (with a `body`). Returns the
 * exit code: 4 when lines could not be read.
 */
export async function runReceive(io: Io, file: string, options: ReceiveOptions): Promise<number> {
  const path = resolve(io.cwd, file);
  const lines = (await read(path)).split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0)
    throw new Slash32Error('S32_USAGE', {
      message: 'The recording is empty.',
      where: path,
      hint: 'Record one with: incus monitor --type=lifecycle --all-projects --format=json',
    });
  const post = options.dryRun === true ? undefined : await createPost(io, options);
  const mean = createMeaning(io, options.as);
  const paint = paintFor(io, io.stdout);
  const counts = { lines: lines.length, news: 0, double: 0, passed: 0, unreadable: 0, sent: 0, repeated: 0 };
  let before: number | undefined;
  for (const [index, text] of lines.entries()) {
    io.signal.throwIfAborted();
    const line = readLine(text);
    await keepPace(before, line.at, options.speed, io.signal);
    before = line.at ?? before;
    const meaning = mean(line.body);
    counts[meaning.kind] += 1;
    if (
      options.json !== true &&
      (options.dryRun === true || meaning.kind === 'news' || meaning.kind === 'unreadable')
    ) {
      const tone = { news: paint.good, unreadable: paint.bad, double: paint.faint, passed: paint.faint }[meaning.kind];
      print(io, `${String(index + 1).padStart(5)}  ${tone(visible(meaning.text))}\n`);
    }
    if (post === undefined || meaning.kind === 'unreadable') continue;
    counts[(await post(line.body)) === 'taken' ? 'sent' : 'repeated'] += 1;
  }
  print(io, options.json === true ? `${JSON.stringify({ format: 'slash32.receive/1', ...counts }, null, 2)}\n` : say());
  return counts.unreadable > 0 ? EXIT.leftOut : EXIT.done;

  function say(): string {
    const parts = [
      `${counts.lines} ${options.as === 'incus' ? 'events' : 'messages'}, ${counts.news} of them news`,
      ...(counts.double > 0 ? [`${counts.double} doubles`] : []),
      ...(counts.unreadable > 0 ? [`${counts.unreadable} unreadable`] : []),
      ...(post === undefined ? [] : [`${counts.sent} sent`]),
      ...(counts.repeated > 0 ? [`${counts.repeated} refused as a repetition`] : []),
    ];
    return `${parts.join(', ')}.\n`;
  }
}

function createMeaning(io: Io, as: PlayAs): (body: string) => Meaning {
  if (as === 'generic')
    return (body) => {
      const { reason, urgent } = readWish(body);
      return { kind: 'news', text: news(reason, urgent) };
    };
  const judge = createIncusJudge(io.now);
  return (body) => {
    const judgement = judge(body);
    if (typeof judgement !== 'string') return { kind: 'news', text: news(judgement.reason, judgement.urgent) };
    if (judgement === 'unreadable') return { kind: 'unreadable', text: 'this is no event of Incus' };
    return { kind: judgement === 'double' ? 'double' : 'passed', text: `passed over: ${PASSED[judgement]}` };
  };
}

const PASSED = {
  double: 'a double',
  'not-lifecycle': 'log or operation, no change',
  'other-action': 'nothing that the firewall has to know',
  move: 'one half of a move; the other follows',
} as const;

function news(reason: string, urgent: boolean): string {
  return `look again: ${reason}${urgent ? ' (at once)' : ''}`;
}

/** A line is a body itself, or the record of a post that has one. */
function readLine(text: string): Line {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null) return { body: text, at: undefined };
  const isRecord = 'body' in value && typeof value.body === 'string';
  const time = 'at' in value ? value.at : 'timestamp' in value ? value.timestamp : undefined;
  const at = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  return { body: isRecord ? String(value.body) : text, at: Number.isNaN(at) ? undefined : at };
}

async function keepPace(
  before: number | undefined,
  at: number | undefined,
  speed: number | undefined,
  signal: AbortSignal,
): Promise<void> {
  if (speed === undefined || before === undefined || at === undefined || at <= before) return;
  await pause((at - before) / speed, undefined, { signal });
}

async function read(path: string): Promise<string> {
  try {
    return await readBoundedFile(path);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Slash32Error('S32_USAGE', { message: `The recording cannot be read: ${reason}.`, where: path, cause });
  }
}
