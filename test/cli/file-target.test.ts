import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { PLAN_SCHEMA } from '../../src/plan/schema.js';
import {
  listed,
  macOf,
  readFirewall,
  slash32,
  temporaryFolder,
  writeConfig,
  writeFirewall,
  writeInventory,
} from './harness.js';

const RANGE =
  '    <opt3>\n      <enable>1</enable>\n      <range>\n        <from>10.10.3.210</from>\n        <to>10.10.3.220</to>\n      </range>\n    </opt3>\n';

async function scene(instances: readonly unknown[] = [listed('web'), listed('db')], dhcpd = RANGE): Promise<string> {
  const cwd = await temporaryFolder();
  await writeFirewall(cwd, dhcpd);
  await writeInventory(cwd, instances);
  await writeConfig(cwd);
  return cwd;
}

describe('plan and apply on a config.xml', () => {
  it('show what would change, make it so, and then find nothing to do', async () => {
    const cwd = await scene();
    const before = await readFirewall(cwd);

    const plan = await slash32(['plan'], { cwd });
    expect(plan.code).toBe(2);
    expect(plan.out).toContain('default/web/eth0');
    expect(await readFirewall(cwd)).toBe(before);

    const apply = await slash32(['apply', '--yes'], { cwd });
    expect(apply.code).toBe(0);
    expect(apply.out).toContain('Applied');
    const after = await readFirewall(cwd);
    expect(after).toContain(`<mac>${macOf('default/web')}</mac>`);
    expect(
      after
        .split('\n')
        .filter((line) => !before.includes(line))
        .every((line) => /mac>|ipaddr>|hostname>|descr>|staticmap>/.test(line)),
    ).toBe(true);

    const again = await slash32(['plan'], { cwd });
    expect(again.code).toBe(0);
    expect(again.out).toContain('nothing to do');
  });

  it('apply exactly the plan with the given checksum, and nothing else', async () => {
    const cwd = await scene();
    const { checksum } = JSON.parse((await slash32(['plan', '--json'], { cwd })).out);

    const wrong = await slash32(['apply', '--checksum', '0123456789abcdef'], { cwd });
    const right = await slash32(['apply', '--checksum', checksum], { cwd });

    expect(wrong.code).toBe(3);
    expect(wrong.err).toContain('S32_PLAN_CHANGED');
    expect(right.code).toBe(0);
  });

  it('refuse a plan file once the inventory has changed, and say what differs', async () => {
    const cwd = await scene();
    await slash32(['plan', '--out', 'plan.json'], { cwd });
    await writeInventory(cwd, [listed('web'), listed('db'), listed('late')]);

    const before = await readFirewall(cwd);
    const ran = await slash32(['apply', '--plan', 'plan.json'], { cwd });

    expect(ran.code).toBe(3);
    expect(ran.err).toMatch(/^\+ .*default\/late\/eth0/m);
    expect(ran.err).not.toMatch(/default\/web\/eth0/);
    expect(await readFirewall(cwd)).toBe(before);
  });

  it('apply a plan file that still holds', async () => {
    const cwd = await scene();
    await slash32(['plan', '--out', 'plan.json'], { cwd });

    expect((await slash32(['apply', '--plan', 'plan.json'], { cwd })).code).toBe(0);
    const twice = await slash32(['apply', '--plan', 'plan.json'], { cwd });
    expect([twice.code, twice.out]).toEqual([0, expect.stringContaining('Nothing to do')]);
  });

  it.each([
    ['no JSON', () => 'not json'],
    ['another format', (text: string) => text.replace('slash32.plan/2', 'slash32.plan/9')],
    ['another owner', (text: string) => text.replace('"owner": "home"', '"owner": "work"')],
    ['an edited address', (text: string) => text.replace(/10\.10\.3\.\d+/g, '10.10.3.1')],
  ])('refuse a plan file with %s', async (_, edit) => {
    const cwd = await scene();
    await slash32(['plan', '--out', 'plan.json'], { cwd });
    await writeFile(join(cwd, 'plan.json'), edit(await readFile(join(cwd, 'plan.json'), 'utf8')));

    const ran = await slash32(['apply', '--plan', 'plan.json'], { cwd });

    expect(ran.code).toBe(1);
    expect(ran.err).toContain('S32_PLAN_FILE');
  });

  it('leave the exit code 4 and name who was left out, while the rest is done', async () => {
    const cwd = await scene([listed('web'), listed('___')]);

    expect((await slash32(['plan'], { cwd })).code).toBe(2);
    const ran = await slash32(['apply', '--yes'], { cwd });
    expect(ran.code).toBe(4);
    expect(ran.err).toContain('default/___/eth0 is left out');
    expect((await slash32(['plan'], { cwd })).code).toBe(4);
  });

  it('stop with 3 at an unsafe plan, and go on with --force', async () => {
    const cwd = await scene([listed('a'), listed('b'), listed('c'), listed('d')]);
    await writeConfig(cwd, { extra: 'retain: "0"' });
    await slash32(['apply', '--yes'], { cwd });
    await writeInventory(cwd, [listed('a'), listed('b')]);
    await writeConfig(cwd, { extra: 'retain: "0"\nlimits: { share: 0.3, share_from: 2, total: 25 }' });

    const refused = await slash32(['apply', '--yes'], { cwd });
    const forced = await slash32(['apply', '--yes', '--force'], { cwd });

    expect(refused.code).toBe(3);
    expect(refused.out).toContain('--force overrides this');
    expect(forced.code).toBe(0);
    expect((await readFirewall(cwd)).match(/<staticmap>/g)).toHaveLength(2);
  });

  it('leave out what waits with 4, say since when, and do it when its id is approved', async () => {
    const cwd = await scene([listed('a'), listed('b'), listed('c'), listed('d')]);
    await writeConfig(cwd, { extra: 'retain: "0"' });
    await slash32(['apply', '--yes'], { cwd });
    await writeInventory(cwd, [listed('d'), listed('new')]);

    const plan = JSON.parse((await slash32(['plan', '--json'], { cwd })).out);
    const applied = await slash32(['apply', '--yes'], { cwd });
    expect([plan.format, applied.code]).toEqual(['slash32.plan/2', 4]);
    expect(plan.waiting).toMatchObject([{ project: 'default', segment: 'servers', approvable: true }]);
    expect(applied.err).toContain(`slash32 apply --approve ${plan.waiting[0].id}`);
    expect((await readFirewall(cwd)).match(/<staticmap>/g)).toHaveLength(5);

    const again = JSON.parse((await slash32(['plan', '--json'], { cwd })).out);
    expect(again.waiting[0]).toMatchObject({ id: plan.waiting[0].id, key: plan.waiting[0].key });
    const other = await slash32(['apply', '--yes', '--approve', '0123456789abcdef'], { cwd });
    expect([other.code, other.err]).toEqual([3, expect.stringContaining('S32_PART_UNKNOWN')]);
    expect((await slash32(['apply', '--yes', '--approve', plan.waiting[0].id], { cwd })).code).toBe(0);
    expect((await readFirewall(cwd)).match(/<staticmap>/g)).toHaveLength(2);
  });

  it('do not apply without a word where nobody can be asked', async () => {
    const cwd = await scene();
    const before = await readFirewall(cwd);

    const ran = await slash32(['apply'], { cwd });

    expect(ran.code).toBe(1);
    expect(ran.err).toContain('S32_APPROVAL_NEEDED');
    expect(await readFirewall(cwd)).toBe(before);
  });

  it.each([
    ['y\n', 0],
    ['n\n', 1],
    ['\n', 1],
  ])('ask on a terminal, and take %j for an answer', async (answer, code) => {
    const cwd = await scene();
    const before = await readFirewall(cwd);

    const ran = await slash32(['apply'], { cwd, tty: true, stdin: answer, env: { TERM: 'dumb' } });

    expect(ran.code).toBe(code);
    expect(ran.err).toContain('Apply this plan?');
    expect((await readFirewall(cwd)) === before).toBe(code !== 0);
  });

  it('print JSON that fits the committed schema, and Markdown', async () => {
    const cwd = await scene();
    const validate = new Ajv2020({ allowUnionTypes: true }).compile(PLAN_SCHEMA);

    const json = await slash32(['plan', '--json'], { cwd });
    const markdown = await slash32(['plan', '--format', 'markdown'], { cwd });

    expect(validate(JSON.parse(json.out)) || validate.errors).toBe(true);
    expect(json.err).toBe('');
    expect(markdown.out).toContain('| + create |');
  });

  it('take the inventory from standard input, incomplete unless told otherwise', async () => {
    const cwd = await scene();
    await slash32(['apply', '--yes'], { cwd });
    const stdin = JSON.stringify([listed('web')]);

    const incomplete = await slash32(['plan', '--inventory', '-'], { cwd, stdin });
    const complete = await slash32(['plan', '--inventory', '-', '--complete'], { cwd, stdin });

    expect(incomplete.out).not.toContain('retire');
    expect(incomplete.out).toContain('not seen completely');
    expect(complete.out).toContain('retire');
  });

  it('leave everything of a segment alone but for the one instance that is named', async () => {
    const cwd = await scene();

    const ran = await slash32(['apply', '--yes', '--instance', 'db'], { cwd });
    const nobody = await slash32(['plan', '--instance', 'nobody'], { cwd });
    const nowhere = await slash32(['plan', '--segment', 'nowhere'], { cwd });

    expect(ran.code).toBe(0);
    expect((await readFirewall(cwd)).match(/<staticmap>/g)).toHaveLength(1);
    expect([nobody.code, nowhere.code]).toEqual([1, 1]);
    expect(nobody.err + nowhere.err).toContain('S32_NO_MATCH');
  });

  it('name a fault of others under <dhcpd>, and write nothing', async () => {
    const trap = '    <opt1>\n      <enable>1</enable>\n    </opt1>\n';
    const cwd = await scene(undefined, trap + RANGE);
    const before = await readFirewall(cwd);

    const plan = await slash32(['plan'], { cwd });
    const apply = await slash32(['apply', '--yes'], { cwd });

    expect([plan.code, apply.code]).toEqual([1, 1]);
    expect(apply.err).toContain('S32_DHCP_FAULT');
    expect(apply.err).toContain('opt1');
    expect(await readFirewall(cwd)).toBe(before);
  });

  it('do not run at the same time as another apply', async () => {
    const cwd = await scene();
    const [first, second] = await Promise.all([
      slash32(['apply', '--yes'], { cwd }),
      slash32(['apply', '--yes'], { cwd }),
    ]);

    expect([first.code, second.code].sort()).toEqual([0, 1]);
    expect(first.err + second.err).toContain('S32_RUN_LOCKED');
    expect((await slash32(['plan'], { cwd })).code).toBe(0);
    expect((await readdir(cwd)).filter((name) => name.includes('lock') || name.includes('tmp'))).toEqual([]);
  });

  it('are interrupted without leaving anything behind', async () => {
    const cwd = await scene();
    const before = await readFirewall(cwd);

    const ran = await slash32(['apply', '--yes'], { cwd, signal: AbortSignal.abort() });

    expect(ran.code).toBe(130);
    expect(await readFirewall(cwd)).toBe(before);
    expect((await readdir(cwd)).sort()).toEqual(['config.xml', 'instances.json', 'slash32.yaml']);
  });
});

describe('widening, narrowing and giving up', () => {
  const FULL = '[reservations, mask, deny_unknown, static_arp]';
  const flags = ['--yes', '--accept-lockout-risk'];

  it('brings a segment to the full state and back to the very bytes it had', async () => {
    const cwd = await scene();
    await slash32(['apply', '--yes'], { cwd });
    const narrow = await readFirewall(cwd);

    await writeConfig(cwd, { manage: FULL });
    const widened = await slash32(['apply', ...flags], { cwd });
    const full = await readFirewall(cwd);
    await writeConfig(cwd);
    const narrowed = await slash32(['apply', ...flags], { cwd });

    expect([widened.code, narrowed.code]).toEqual([0, 0]);
    expect(full).toContain('<staticarp>1</staticarp>');
    expect(full).toContain('<mac_allow>02:00:00:00:00:00</mac_allow>');
    expect(full).toContain('<value>255.255.255.255</value>');
    expect(await readFirewall(cwd)).toBe(narrow);
  });

  it('gives everything back by release --remove, to the very bytes it had before slash32', async () => {
    const cwd = await scene();
    const before = await readFirewall(cwd);
    await writeConfig(cwd, { manage: FULL });
    await slash32(['apply', ...flags], { cwd });

    const ran = await slash32(['release', '--segment', 'servers', '--remove', '--yes'], { cwd });

    expect(ran.code).toBe(0);
    expect(ran.err).toContain('Take servers out of slash32.yaml now');
    expect(await readFirewall(cwd)).toBe(before);
  });

  it('hands everything over by release --keep, without a marker', async () => {
    const cwd = await scene();
    await slash32(['apply', '--yes'], { cwd });

    const ran = await slash32(['release', '--all', '--keep', '--yes'], { cwd });

    expect(ran.code).toBe(0);
    const after = await readFirewall(cwd);
    expect(after).not.toContain('slash32:');
    expect(after.match(/<staticmap>/g)).toHaveLength(2);
  });

  it.each([
    ['release', '--all'],
    ['release', '--all', '--keep', '--remove'],
    ['release', '--keep'],
  ])('refuses %s %s %s, which is not clear', async (...argv) => {
    const cwd = await scene();

    const ran = await slash32(argv, { cwd });

    expect(ran.code).toBe(1);
    expect(ran.err).toContain('S32_USAGE');
  });
});

describe('the terminal', () => {
  const ESCAPE = '\u001B[';

  it('sees colours and progress, a pipe neither', async () => {
    const cwd = await scene();

    const terminal = await slash32(['plan'], { cwd, tty: true, env: { TERM: 'xterm' } });
    const pipe = await slash32(['plan'], { cwd });

    expect(terminal.out).toContain(ESCAPE);
    expect(terminal.err).toContain('planning');
    expect(pipe.out + pipe.err).not.toContain(ESCAPE);
    expect(pipe.err).not.toContain('planning');
  });

  it('sees no colours under NO_COLOR', async () => {
    const cwd = await scene();

    const ran = await slash32(['plan'], { cwd, tty: true, env: { TERM: 'xterm', NO_COLOR: '1' } });

    expect(ran.out).not.toContain(ESCAPE);
  });
});

describe('a command line that is not understood', () => {
  it.each([
    ['fly'],
    ['plan', '--speed'],
    ['plan', '--format', 'pdf'],
    ['apply', '--checksum', 'abc'],
    ['check', '--config', 'nowhere.yaml'],
    ['plan', '--config', '.'],
  ])('is answered with 1 and a sentence: %s %s %s', async (...argv) => {
    const cwd = await temporaryFolder();

    const ran = await slash32(argv.filter(Boolean), { cwd });

    expect(ran.code).toBe(1);
    expect(ran.err).not.toBe('');
  });
});

describe('what names nothing', () => {
  it.each([
    [['apply', '--yes', '--adopt', '10.10.3.199'], '10.10.3.199'],
    [['plan', '--adopt', '00:16:3e:00:00:99'], '00:16:3e:00:00:99'],
    [['release', '--keep', '--yes', '--interface', 'opt33'], 'opt33'],
  ])('is refused and not passed over: %j', async (argv, named) => {
    const ran = await slash32(argv, { cwd: await scene() });
    expect(ran.code).toBe(1);
    expect(ran.err).toContain('S32_NO_MATCH');
    expect(ran.err).toContain(named);
  });

  it.each(['--instance', '--adopt', '--inventory'])('is no option of release: %s', async (option) => {
    const ran = await slash32(['release', '--all', '--remove', option, 'x'], { cwd: await scene() });
    expect(ran.code).toBe(1);
    expect(ran.err).toContain(option);
  });
});
