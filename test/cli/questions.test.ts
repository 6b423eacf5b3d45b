import { PassThrough } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Io } from '../../src/cli/io.js';
import { run } from '../../src/cli/main.js';
import { createRedactor } from '../../src/secrets/redactor.js';
import { listed, readFirewall, temporaryFolder, writeConfig, writeFirewall, writeInventory } from './harness.js';

let cwd: string;
let before: string;

beforeEach(async () => {
  cwd = await temporaryFolder();
  before = await writeFirewall(
    cwd,
    '    <opt3>\n      <enable>1</enable>\n      <range>\n        <from>10.10.3.210</from>\n        <to>10.10.3.220</to>\n      </range>\n    </opt3>\n',
  );
  await writeInventory(cwd, [listed('web')]);
  await writeConfig(cwd);
});

/** Asks on a terminal, and does this instead of answering. */
async function leaveAt(argv: readonly string[], leave: (keys: PassThrough, hangUp: () => void) => void) {
  const terminal = (): PassThrough & { isTTY: true } => Object.assign(new PassThrough(), { isTTY: true as const });
  const [stdin, stdout, stderr] = [terminal(), terminal(), terminal()];
  const end = new AbortController();
  const chunks: string[] = [];
  stdout.on('data', (chunk: Buffer) => chunks.push(String(chunk)));
  stderr.on('data', (chunk: Buffer) => {
    chunks.push(String(chunk));
    if (String(chunk).includes('?')) leave(stdin, () => end.abort());
  });
  const io: Io = {
    stdin,
    stdout,
    stderr,
    env: { NO_COLOR: '1' },
    cwd,
    now: () => new Date(),
    signal: end.signal,
    redactor: createRedactor(),
  };
  const code = await run(io, argv);
  return { code, text: chunks.join('') };
}

const WAYS: readonly (readonly [string, (keys: PassThrough, hangUp: () => void) => void])[] = [
  ['Ctrl-C', (keys) => keys.write('\u0003')],
  ['Ctrl-D', (keys) => keys.write('\u0004')],
  ['the end of its input', (keys) => keys.end()],
  ['a terminal that closes', (_keys, hangUp) => hangUp()],
];

describe.each(WAYS)('a question that is left by %s', (_way, leave) => {
  it.each([
    ['apply', ['apply']],
    ['init', ['init', '--out', 'new.yaml']],
  ])('ends %s with 130, and says that nothing was changed', async (_command, argv) => {
    const { code, text } = await leaveAt(argv, leave);
    expect(code).toBe(130);
    expect(text).toMatch(/\nerror S32_INTERRUPTED/);
    expect(text).toContain('Nothing was changed on the firewall.');
    expect(await readFirewall(cwd)).toBe(before);
  });
});
