import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAlone } from './parser.js';
import { timed } from './stopwatch.js';
import { applyWorkspace, openWorkspace, planWorkspace } from './workspace.js';

/** One piece of work in a fresh process: the parser on `config.xml`, a plan or an apply of the workspace. */
export type OnceWork = 'parse' | 'plan' | 'apply';

/** What a fresh process needed. */
export interface OnceResult {
  /** Milliseconds, waiting included, from when the program was loaded. */
  readonly wall: number;
  /** The most memory that the process had at any time, Node itself included. */
  readonly peakBytes: number;
}

async function main(): Promise<void> {
  const [work, folder] = process.argv.slice(2);
  if (folder === undefined || process.send === undefined) throw new Error('started by hand; it is a part of the bench');
  const job = await prepare(work as OnceWork, folder);
  const { wall } = await timed(job);
  const result: OnceResult = { wall, peakBytes: process.resourceUsage().maxRSS * 1024 };
  process.send(result);
}

async function prepare(work: OnceWork, folder: string): Promise<() => unknown> {
  if (work === 'parse') {
    const text = await readFile(join(folder, 'config.xml'), 'utf8');
    return () => parseAlone(text);
  }
  const deps = await openWorkspace(folder);
  return () => (work === 'plan' ? planWorkspace(deps) : applyWorkspace(deps));
}

await main();
