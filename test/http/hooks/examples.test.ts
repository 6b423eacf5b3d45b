import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../cli/harness.js';
import { labSkipReason } from '../../lab/require-lab.js';
import { run } from '../../support/command.js';
import { KEYS, scene } from './scene.js';

const SHELL_SKIP = labSkipReason(['sh', 'openssl', 'curl']);
const PYTHON_SKIP = labSkipReason(['python3']);

/** The example in docs/webhooks.md that is written in this language and posts to the generic webhook. */
async function example(language: string): Promise<string> {
  const text = await readFile(new URL('../../../docs/webhooks.md', import.meta.url), 'utf8');
  const blocks = [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map((one) => one[1]);
  const found = blocks.find((block) => block?.includes('/hooks/generic'));
  if (found === undefined) throw new Error(`docs/webhooks.md has no example in ${language}`);
  return found;
}

async function play(command: string, args: readonly string[], port: number) {
  const cwd = await temporaryFolder();
  await writeFile(join(cwd, 'generic.key'), `${KEYS[0]}\n`);
  const env = { PATH: process.env.PATH ?? '', SLASH32: `http://127.0.0.1:${port}`, no_proxy: '*' };
  return run(command, args, { cwd, env });
}

describe('the examples of docs/webhooks.md', () => {
  it('with openssl and curl: is taken', async ({ skip }) => {
    skip(SHELL_SKIP !== undefined, SHELL_SKIP);
    const { port, triggers } = await scene({ now: () => new Date() });
    const { code, stdout, stderr } = await play('sh', ['-ec', await example('sh')], port);
    expect([code, stdout, stderr]).toEqual([0, '{"accepted":true}', '']);
    expect(triggers).toEqual([{ kind: 'webhook', reason: 'deployed by the pipeline', urgent: true }]);
  });

  it('with openssl and curl: fails with the reason when the key is not right', async ({ skip }) => {
    skip(SHELL_SKIP !== undefined, SHELL_SKIP);
    const { port, triggers } = await scene({ now: () => new Date(), genericKeys: ['another key than that'] });
    const { code, stdout } = await play('sh', ['-ec', await example('sh')], port);
    expect(code).not.toBe(0);
    expect(JSON.parse(stdout).code).toBe('S32_HOOK_SIGNATURE');
    expect(triggers).toEqual([]);
  });

  it('with Python: is taken', async ({ skip }) => {
    skip(PYTHON_SKIP !== undefined, PYTHON_SKIP);
    const { port, triggers } = await scene({ now: () => new Date() });
    const { code, stdout, stderr } = await play('python3', ['-c', await example('py')], port);
    expect([code, stdout, stderr]).toEqual([0, '202\n', '']);
    expect(triggers).toHaveLength(1);
  });
});
