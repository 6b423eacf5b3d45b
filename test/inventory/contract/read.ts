import { Readable } from 'node:stream';
import { sourceKind } from '../../../src/inventory/registry.js';
import type { Inventory } from '../../../src/model/instance.js';

/** Reads a file with the source of a kind as the program would; `text` is standard input. */
export async function readAs(
  key: string,
  path: string,
  text: string,
  complete: boolean,
  signal = new AbortController().signal,
): Promise<Inventory> {
  const kind = sourceKind(key);
  if (kind === undefined) throw new Error(`there is no source ${key}`);
  const deps = { readSecret: async () => '', stdin: Readable.from([text]), now: () => new Date(0), random: () => 0 };
  return (await kind.fromFile(path, complete).connect(deps)).read(signal, () => undefined);
}
