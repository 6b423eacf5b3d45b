import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ensureChild, node } from '../../src/sim/opnsense/node.js';
import { type SimOpnsense, startSimOpnsense } from '../../src/sim/opnsense/start.js';
import { realRow } from '../../tools/bench/real.js';

interface Scene {
  readonly firewall: SimOpnsense;
  readonly env: NodeJS.ProcessEnv;
}

/** A firewall that the row is asked for, here a simulated one. */
async function scene(): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), 'slash32-bench-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const firewall = await startSimOpnsense({
    folder: join(folder, 'opnsense'),
    segments: [{ id: 'opt1', description: 'dmz', address: '10.101.0.1', prefix: 16 }],
    plugin: { interfaces: ['opt1'] },
  });
  onTestFinished(() => firewall.close());
  const keyFile = join(folder, 'apikey.txt');
  writeFileSync(keyFile, firewall.keyFile());
  const env = {
    SLASH32_BENCH_OPNSENSE: firewall.url,
    SLASH32_BENCH_KEY_FILE: keyFile,
    SLASH32_BENCH_INTERFACE: 'opt1',
  };
  return { firewall, env };
}

const FIRST = ['--first', '10.101.2.1'];

describe('the row for a real firewall', () => {
  it('says that it is skipped, and what it wants, where nobody names a firewall', async () => {
    expect(await realRow([], {})).toMatch(
      /skipped; give --opnsense URL --key-file FILE --interface ID --first ADDRESS/,
    );
    expect(await realRow(['--opnsense', 'https://fw.example'], {})).toContain('skipped');
  });

  it('measures by the variables and options that name one, and leaves no reservation there', async () => {
    const { firewall, env } = await scene();
    const before = firewall.configText();
    expect(await realRow(FIRST, env)).toMatch(/one apply of 500 reservations \d+ ms; 500 applies of one \d+ s/);
    const bare = (text: string): string => text.replace(/<revision>[\s\S]*<\/revision>/, '');
    expect(bare(firewall.configText())).toBe(bare(before));
    expect(firewall.log.filter(({ path }) => path.endsWith('/apply'))).toHaveLength(29);
  });

  it('leaves no reservation there when it fails on the way', async () => {
    const { firewall, env } = await scene();
    firewall.onSaves(10, () => {
      firewall.save((root) => {
        const taken = node('staticmap', [node('mac', '02:00:5e:00:00:fa'), node('ipaddr', '10.101.0.9')]);
        ensureChild(ensureChild(root, 'dhcpd'), 'opt1').children.push(taken);
      });
    });
    await expect(realRow(FIRST, env)).rejects.toThrow('answered {"result":"refused","code":"taken"');
    expect(firewall.configText()).not.toContain('slash32:bench');
  });
});
