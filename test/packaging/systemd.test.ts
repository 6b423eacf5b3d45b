import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { labSkipReason } from '../lab/require-lab.js';
import { run } from '../support/command.js';

const UNIT = fileURLToPath(new URL('../../packaging/systemd/slash32.service', import.meta.url));
const MOST_EXPOSED = 2.5;

describe('the systemd unit', () => {
  it('leaves hardly anything of the machine in reach', async (ctx) => {
    const missing = labSkipReason(['systemd-analyze']);
    if (missing !== undefined) return ctx.skip(missing);
    const { stdout } = await run('systemd-analyze', ['security', '--offline=yes', '--no-pager', UNIT]);
    const level = Number(/Overall exposure level for slash32\.service: ([\d.]+)/.exec(stdout)?.[1]);
    expect(level).toBeLessThan(MOST_EXPOSED);
  });

  it('has no line that systemd does not know', async (ctx) => {
    const missing = labSkipReason(['systemd-analyze']);
    if (missing !== undefined) return ctx.skip(missing);
    const { stdout, stderr } = await run('systemd-analyze', ['verify', '--man=no', UNIT]);
    const complaints = (stdout + stderr)
      .split('\n')
      .filter((line) => line !== '' && !line.includes('/usr/bin/slash32'));
    expect(complaints).toEqual([]);
  });

  it('hands the secrets over as credentials, never in the environment or on the command line', () => {
    const text = readFileSync(UNIT, 'utf8');
    expect(text.match(/^LoadCredential=.*$/gm)).toHaveLength(2);
    expect(text.match(/^Environment=.*$/gm)).toEqual(['Environment=NODE_ENV=production']);
    expect(text).toContain('ExecStart=/usr/bin/slash32 serve --config /etc/slash32/slash32.yaml\n');
  });
});
