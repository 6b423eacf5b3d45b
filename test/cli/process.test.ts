import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { labSkipReason } from '../lab/require-lab.js';
import { run, runOk } from '../support/command.js';
import { apiScene } from './api-scene.js';
import { listed, readFirewall, temporaryFolder, writeConfig, writeFirewall, writeInventory } from './harness.js';

const BIN = fileURLToPath(new URL('../../bin/slash32.js', import.meta.url));

/** The real program, in a process of its own. */
function start(argv: readonly string[], cwd: string): ChildProcess {
  const child = spawn(process.execPath, [BIN, ...argv], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function finished(child: ChildProcess): Promise<{ code: number | null; text: string }> {
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk));
  const [code] = await once(child, 'close');
  return { code, text: Buffer.concat(chunks).toString('utf8') };
}

async function fileScene(): Promise<string> {
  const cwd = await temporaryFolder();
  await writeFirewall(
    cwd,
    '    <opt3>\n      <enable>1</enable>\n      <range>\n        <from>10.10.3.210</from>\n        <to>10.10.3.220</to>\n      </range>\n    </opt3>\n',
  );
  await writeInventory(cwd, [listed('web')]);
  await writeConfig(cwd);
  return cwd;
}

describe('the program in a process of its own', () => {
  it('ends with the exit codes that scripts rely on', async () => {
    const cwd = await fileScene();

    expect((await finished(start(['plan'], cwd))).code).toBe(2);
    expect((await finished(start(['apply', '--yes'], cwd))).code).toBe(0);
    expect((await finished(start(['plan'], cwd))).code).toBe(0);
    expect((await finished(start(['plan', '--config', 'none.yaml'], cwd))).code).toBe(1);
  });

  it('is interrupted by Ctrl-C while the firewall does not answer, with a word and nothing changed', async () => {
    const scene = await apiScene([listed('web')]);
    const before = scene.firewall.configText();
    scene.firewall.failNext({ path: '/api/core/backup/download', kind: 'timeout' });
    const child = start(['apply', '--yes'], scene.cwd);
    const end = finished(child);
    while (!scene.firewall.log.some((request) => request.path.includes('download')))
      await new Promise((done) => setTimeout(done, 20));

    child.kill('SIGINT');
    const { code, text } = await end;

    expect(code).toBe(130);
    expect(text).toMatch(/S32_\w*INTERRUPTED/);
    expect(text).not.toMatch(/^\s+at /m);
    expect(scene.firewall.configText()).toBe(before);
    expect((await readdir(scene.cwd)).filter((name) => /lock|tmp/.test(name))).toEqual([]);
  });

  it('ends quietly when its reader has gone', async () => {
    const cwd = await fileScene();
    await writeInventory(
      cwd,
      Array.from({ length: 150 }, (_, index) => listed(`i${index}`)),
    );

    const ran = await run('sh', ['-c', `"${process.execPath}" "${BIN}" plan | head -1`], { cwd });

    expect(ran.stderr).not.toMatch(/EPIPE|^\s+at /m);
  });

  it('says with 5 that the firewall was written when the result finds no room', async () => {
    const cwd = await fileScene();
    const program = `"${process.execPath}" "${BIN}"`;

    const ran = await run('sh', ['-c', `${program} apply --yes --json > /dev/full`], { cwd });

    expect(ran.code).toBe(5);
    expect(ran.stderr).toMatch(/^error S32_OUTPUT: The result could not be printed: the disk is full\.$/m);
    expect(ran.stderr).toContain('The firewall was written before this failed, and the change is there.');
    expect(await readFirewall(cwd)).toContain('slash32:home:default/web/eth0');
    expect((await run('sh', ['-c', `${program} plan > /dev/full`], { cwd })).code).toBe(1);
  });

  it('finishes an apply whose reader has gone', async () => {
    const cwd = await fileScene();

    await run('sh', ['-c', `"${process.execPath}" "${BIN}" apply --yes --verbose 2>&1 | true`], { cwd });

    expect(await readFirewall(cwd)).toContain('slash32:home:default/web/eth0');
  });

  it('has a sentence for a folder that is gone, an odd TMPDIR and streams that are closed', async () => {
    const cwd = await fileScene();
    const program = `"${process.execPath}" "${BIN}"`;
    for (const line of [
      `mkdir gone; cd gone; rmdir ../gone; ${program} plan`,
      `TMPDIR=/nowhere/at/all ${program} demo`,
      `TMPDIR=instances.json ${program} demo`,
      `${program} plan <&- >&- 2>&-`,
      `${program} apply <&- 2>&1`,
    ]) {
      const ran = await run('sh', ['-c', line], { cwd });
      expect(ran.stdout + ran.stderr, line).not.toMatch(/S32_DEFECT|^\s+at /m);
      expect([1, 2], line).toContain(ran.code);
    }
  });

  it('walks through the demo by itself and says how to go on', async () => {
    const { code, text } = await finished(start(['demo'], await temporaryFolder()));

    expect(code).toBe(0);
    expect(text).toContain('Nothing is left to do.');
    expect(text).toContain('node bin/slash32.js init');
    expect(text).toMatch(/10\.\d+\.0\.\d+\/32/);
  });

  it('leaves a whole config.xml and no rubbish when the disk is full', async (ctx) => {
    const reason = labSkipReason(['mount', 'umount', 'unshare']);
    if (reason !== undefined) ctx.skip(reason);
    const cwd = await temporaryFolder();
    const small = join(cwd, 'small');
    await mkdir(small);
    await runOk('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', small]);
    onTestFinished(async () => void (await run('umount', [small])));
    const before = await writeFirewall(small, '');
    await writeInventory(cwd, [listed('web')]);
    await writeConfig(cwd);
    await writeFile(
      join(cwd, 'slash32.yaml'),
      (await readFile(join(cwd, 'slash32.yaml'), 'utf8')).replace('path: config.xml', 'path: small/config.xml'),
    );
    await runOk('sh', ['-c', 'dd if=/dev/zero of=filler bs=1k 2>/dev/null || true'], { cwd: small });

    const { code, text } = await finished(start(['apply', '--yes'], cwd));

    expect(code).toBe(1);
    expect(text).toMatch(/^error S32_/m);
    expect(text).toContain('Nothing was changed');
    expect(await readFirewall(small)).toBe(before);
    expect((await readdir(small)).sort()).toEqual(['config.xml', 'filler']);
  });

  it('says that a key file which everybody may read is refused', async () => {
    const scene = await apiScene([listed('web')]);
    await chmod(join(scene.cwd, 'apikey.txt'), 0o644);

    const { code, text } = await finished(start(['plan'], scene.cwd));

    expect(code).toBe(1);
    expect(text).toContain('chmod 600');
  });
});
