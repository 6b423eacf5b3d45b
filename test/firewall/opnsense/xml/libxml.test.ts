import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { Slash32Error } from '../../../../src/errors/slash32-error.js';
import { decodeConfig } from '../../../../src/firewall/opnsense/xml/encoding.js';
import { parseXml } from '../../../../src/firewall/opnsense/xml/parse.js';
import { commandSkipReason } from '../../../lab/require-lab.js';
import { run } from '../../../support/command.js';
import { mutants } from './mutants.js';

const skipReason = commandSkipReason(['xmllint']);
const RUNS = Number(process.env.SLASH32_XML_MUTANTS ?? '3000');
const BATCH = 2000;
/** The same mutants each time: whoever looks for new ones takes more of them, or another seed. */
const SEED = Number(process.env.SLASH32_XML_SEED ?? '1');

/** What libxml2 takes and slash32 refuses, each for a reason of its own. */
const REFUSED_ON_PURPOSE = [
  /declares a document type/,
  /A namespace is declared/,
  /^The file says that it is in /,
  /is in UTF-16/,
  /deep in each other/,
];

describe('a file that libxml2 (and so OPNsense) refuses', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slash32-xml-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** The files of a batch that xmllint finds not well-formed, each with its first words about it. */
  async function refusedByLibxml(files: readonly Buffer[]): Promise<ReadonlyMap<number, string>> {
    files.forEach((bytes, index) => void writeFileSync(join(folder, `${index}.xml`), bytes));
    const names = files.map((_bytes, index) => `${index}.xml`);
    const { stderr } = await run('xmllint', ['--noout', '--nonet', ...names], { cwd: folder, timeoutMs: 120_000 });
    const refused = new Map<number, string>();
    for (const [, index, words] of stderr.matchAll(/^(\d+)\.xml:\d+: (?:parser|encoding) error : (.*)/gm))
      if (!refused.has(Number(index))) refused.set(Number(index), words ?? '');
    return refused;
  }

  function differences(files: readonly Buffer[], libxml: ReadonlyMap<number, string>): string[] {
    return files.flatMap((bytes, index) => {
      const ours = refusal(bytes);
      const theirs = libxml.get(index);
      if ((ours === undefined) === (theirs === undefined)) return [];
      if (ours !== undefined && isOnPurpose(ours, bytes)) return [];
      return [
        `libxml2: ${theirs ?? 'takes it'}; slash32: ${ours ?? 'takes it'}\n${JSON.stringify(bytes.toString('latin1'))}`,
      ];
    });
  }

  it('is refused by slash32, and what it takes is taken or refused by name', async (ctx) => {
    if (skipReason !== undefined) return ctx.skip(skipReason);
    const seed = SEED;
    let refused = 0;
    for (let done = 0; done < RUNS; done += BATCH) {
      const files = fc.sample(mutants(), { numRuns: Math.min(BATCH, RUNS - done), seed: seed + done });
      const libxml = await refusedByLibxml(files);
      expect(differences(files, libxml).slice(0, 20), `seed ${seed + done}`).toEqual([]);
      refused += libxml.size;
    }
    expect(refused).toBeGreaterThan(RUNS * 0.4);
    expect(refused).toBeLessThan(RUNS * 0.9);
  }, 3_600_000);

  it('is told from a good one at the limits of libxml2', async (ctx) => {
    if (skipReason !== undefined) return ctx.skip(skipReason);
    const deep = (depth: number): string => `<a>${'<b>'.repeat(depth - 1)}${'</b>'.repeat(depth - 1)}</a>`;
    const files = [
      deep(200),
      deep(256),
      deep(300),
      `<a b="${'c'.repeat(9_999_990)}"/>`,
      `<a><!--${'c'.repeat(10_000_001)}--></a>`,
    ];
    const ours = files.map((text) => refusal(Buffer.from(text)) !== undefined);
    const libxml = await refusedByLibxml(files.map((text) => Buffer.from(text)));
    expect(ours).toEqual([false, false, true, false, true]);
    expect(files.map((_text, index) => libxml.has(index))).toEqual(ours);
  });
});

/** libxml2 also stops reading at a NUL or a byte that it cannot convert, and so takes a file that has one behind its last tag. */
function isOnPurpose(reason: string, bytes: Buffer): boolean {
  if (REFUSED_ON_PURPOSE.some((known) => known.test(reason))) return true;
  if (/^(A control character|The byte 0x.. is not )/.test(reason) && bytes.includes(0)) return true;
  return (
    /^The byte 0x.. is not (US-ASCII|windows-1252)/.test(reason) && behindLastTag(bytes).some((byte) => byte > 0x7f)
  );
}

function behindLastTag(bytes: Buffer): Buffer {
  return bytes.subarray(bytes.lastIndexOf('>') + 1);
}

/** Why slash32 refuses a file; undefined when it takes it. Every refusal has a code and a place. */
function refusal(bytes: Buffer): string | undefined {
  try {
    parseXml(decodeConfig(bytes).text);
    return undefined;
  } catch (error) {
    if (!(error instanceof Slash32Error)) throw error;
    expect(error.where).toMatch(/^config\.xml:[1-9]\d*:[1-9]\d*$/);
    return error.message;
  }
}
