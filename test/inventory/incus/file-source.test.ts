import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFileSource } from '../../../src/inventory/incus/file-source.js';
import { findJsonFault } from '../../../src/inventory/shared/json-fault.js';
import { createSimHouse } from '../../../src/sim/incus/house.js';
import { beginPoolMove } from '../../../src/sim/incus/operations.js';
import { renderInstanceFull } from '../../../src/sim/incus/render-state.js';
import { loadRecording } from '../../contract/incus-recording.js';
import { failureOf, viewsOf } from './support.js';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 's32-'));
});

afterAll(async () => {
  await rm(directory, { recursive: true });
});

async function readText(text: string | Buffer, complete = false) {
  const path = join(directory, 'instances.json');
  await writeFile(path, text);
  const source = createFileSource({ path, complete }, { stdin: Readable.from([]) });
  return await source.read(new AbortController().signal, () => undefined);
}

async function readStdin(parts: readonly (string | Buffer)[]) {
  const source = createFileSource({ path: '-', complete: true }, { stdin: Readable.from(parts) });
  return await source.read(new AbortController().signal, () => undefined);
}

function listOutput(state = createSimHouse()): string {
  return JSON.stringify([...state.instances.values()].map((instance) => renderInstanceFull(state, instance)));
}

describe('a file with the output of incus list', () => {
  it('is incomplete unless its writer vouches for it', async () => {
    const inventory = await readText(listOutput());
    expect(inventory.instances).toHaveLength(createSimHouse().instances.size);
    expect(inventory.allProjects).toBe(false);
    expect(new Set(Object.values(viewsOf(inventory)))).toEqual(new Set([expect.stringContaining('--complete')]));
  });

  it('is complete when its writer vouches for it', async () => {
    const inventory = await readText(listOutput(), true);
    expect(viewsOf(inventory)).toEqual({ default: 'complete', shop: 'complete', lab: 'complete' });
    expect(inventory.allProjects).toBe(true);
    expect(inventory.source).toBe(join(directory, 'instances.json'));
  });

  it('that was written during a move is incomplete for that project all the same', async () => {
    const state = createSimHouse();
    beginPoolMove(state, 'shop', 'orders-db');
    expect(viewsOf(await readText(listOutput(state), true))).toMatchObject({
      shop: expect.stringContaining('move'),
      default: 'complete',
    });
  });

  it.each(['04-', '05-', '47-', '6.0.4/04-'])(
    'may be a recorded API answer: %s with its envelope and without',
    async (prefix) => {
      const { body } = loadRecording(prefix).response;
      const whole = await readText(JSON.stringify(body), true);
      const bare = await readText(JSON.stringify(body.metadata), true);
      expect(whole.instances.length).toBeGreaterThan(1);
      expect(bare.instances).toEqual(whole.instances);
    },
  );

  it('may come from standard input, in pieces that cut a letter', async () => {
    const bytes = Buffer.from(JSON.stringify([{ note: 'ü' }, ...JSON.parse(listOutput())].slice(1)));
    const inventory = await readStdin([bytes.subarray(0, 11), bytes.subarray(11)]);
    expect(inventory.source).toBe('standard input');
    expect(inventory.instances.length).toBeGreaterThan(5);
  });

  it('may start with a byte order mark', async () => {
    expect((await readText(`\uFEFF${listOutput()}`)).instances.length).toBeGreaterThan(5);
  });

  it('may be empty of instances, if its writer vouches for it', async () => {
    expect(await readText('[]', true)).toMatchObject({ instances: [], projects: [], allProjects: true });
  });
});

describe('a file that is not one', () => {
  it.each<[string, string | Buffer, string, RegExp]>([
    ['empty', '', 'S32_INVENTORY_FILE_INVALID', /is empty/],
    ['blank', ' \n', 'S32_INVENTORY_FILE_INVALID', /is empty/],
    [
      'cut short',
      '[\n  {"name": "a",\n',
      'S32_INVENTORY_FILE_INVALID',
      /the end of the file is unexpected in line 3, column 1/,
    ],
    [
      'with a comma too much',
      '[\n  {"name": "a",}\n]',
      'S32_INVENTORY_FILE_INVALID',
      /"\}" is unexpected in line 2, column 16/,
    ],
    ['a table', '+------+\n| NAME |', 'S32_INVENTORY_FILE_INVALID', /"\+" is unexpected in line 1, column 1/],
    ['an object', '{"instances": []}', 'S32_INVENTORY_FILE_INVALID', /no list of instances/],
    ['a list of URLs', '["/1.0/instances/a"]', 'S32_INVENTORY_FILE_INVALID', /recursion=1/],
    ['an error of Incus', '{"type":"error","error":"not authorized"}', 'S32_INVENTORY_FILE_INVALID', /not authorized/],
    [
      'with an entry without project',
      '[{"name":"a"}]',
      'S32_INVENTORY_FILE_INVALID',
      /without `project` of a \(number 1\)/,
    ],
    ['Latin-1', Buffer.from([0x5b, 0x22, 0xfc, 0x22, 0x5d]), 'S32_INVENTORY_FILE_UNREADABLE', /UTF-8/],
  ])('%s is refused with the place', async (_case, text, code, message) => {
    const error = await failureOf(readText(text));
    expect(error).toMatchObject({
      code,
      message: expect.stringMatching(message),
      where: expect.stringContaining('instances.json'),
    });
  });

  it('is read behind a byte order mark', async () => {
    expect(await readText('\ufeff[]')).toMatchObject({ instances: [] });
  });

  it('that does not exist, or is a directory, is named', async () => {
    for (const [path, what] of [
      [join(directory, 'none'), 'does not exist'],
      [directory, 'is a directory'],
    ] as const) {
      const source = createFileSource({ path, complete: true }, { stdin: Readable.from([]) });
      const error = await failureOf(source.read(new AbortController().signal, () => undefined));
      expect(error).toMatchObject({ code: 'S32_INVENTORY_FILE_UNREADABLE', message: `${path} ${what}.` });
    }
  });

  it('lists opaque instances as a reason, not as instances without NICs', async () => {
    const text = JSON.stringify([
      { name: 'a', project: 'p', type: 'container', status: 'Error', config: null, expanded_devices: null },
    ]);
    const inventory = await readText(text, true);
    expect(inventory.instances).toEqual([]);
    expect(viewsOf(inventory)).toEqual({ p: expect.stringContaining('listed without') });
    expect((await readText(text, false)).notes).toEqual([expect.stringContaining('the instance a was listed without')]);
  });
});

describe('finding the fault in JSON', () => {
  it('agrees with JSON.parse on every text that was damaged in one place', () => {
    const damage = fc.tuple(
      fc.json({ maxDepth: 4 }),
      fc.nat(),
      fc.constantFrom('', ',', '"', '}', ']', '\\', '0', '\u0001', 'x', '-', '.'),
    );
    fc.assert(
      fc.property(damage, ([json, place, insert]) => {
        const at = place % (json.length + 1);
        const text = json.slice(0, at) + insert + json.slice(insert === '' ? at + 1 : at);
        const fault = findJsonFault(text);
        expect(fault === undefined).toBe(parses(text));
      }),
      { numRuns: 3000 },
    );
  });

  it('does not break on a million nested arrays', () => {
    expect(findJsonFault('['.repeat(1_000_000))).toMatchObject({ line: 1, column: 1_000_001 });
  });
});

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
