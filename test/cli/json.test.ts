import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { APPLY_SCHEMA, CHECK_SCHEMA, ERROR_SCHEMA } from '../../src/cli/json-schemas.js';
import { PLAN_SCHEMA } from '../../src/plan/schema.js';
import { lazily } from '../../src/schema/compile.js';
import { listed, slash32, temporaryFolder, writeConfig, writeFirewall, writeInventory } from './harness.js';

const OPT3 =
  '    <opt3>\n      <enable>1</enable>\n      <range>\n        <from>10.10.3.210</from>\n        <to>10.10.3.220</to>\n      </range>\n    </opt3>\n';
const TRAP = '    <opt1>\n      <enable>1</enable>\n    </opt1>\n';

const MADE = new Map(
  [PLAN_SCHEMA, APPLY_SCHEMA, CHECK_SCHEMA, ERROR_SCHEMA].map((schema) => [
    schema as object,
    lazily(schema, { allErrors: true, allowUnionTypes: true }),
  ]),
);

function validatorFor(schema: object) {
  return MADE.get(schema)?.() ?? expect.unreachable();
}

/** Runs a command with --json; its whole standard output must be one JSON document that fits the schema. */
async function json(schema: object, argv: readonly string[], cwd: string) {
  const ran = await slash32([...argv, '--json'], { cwd });
  const value = JSON.parse(ran.out);
  const validate = validatorFor(schema);
  expect(validate(value) || validate.errors).toBe(true);
  return { ...ran, value };
}

async function scene(dhcpd = OPT3): Promise<string> {
  const cwd = await temporaryFolder();
  await writeFirewall(cwd, dhcpd);
  await writeInventory(cwd, [listed('web'), listed('___')]);
  await writeConfig(cwd, { manage: '[reservations, mask]' });
  return cwd;
}

describe('--json', () => {
  it('of plan, apply and release is one document each, in a committed form', async () => {
    const cwd = await scene();

    await json(PLAN_SCHEMA, ['plan'], cwd);
    const applied = await json(APPLY_SCHEMA, ['apply', '--yes'], cwd);
    const nothing = await json(APPLY_SCHEMA, ['apply', '--yes'], cwd);
    const released = await json(APPLY_SCHEMA, ['release', '--all', '--remove', '--yes'], cwd);

    expect([applied.code, nothing.code, released.code]).toEqual([4, 4, 0]);
    expect(applied.value).toMatchObject({ outcome: 'applied', attempts: 1 });
    expect(nothing.value.outcome).toBe('nothing');
    expect(released.value.plan.purpose).toBe('release');
  });

  it.each<[string, string, readonly string[], number]>([
    ['S32_APPROVAL_NEEDED', OPT3, ['apply'], 1],
    ['S32_PLAN_CHANGED', OPT3, ['apply', '--checksum', '0123456789abcdef'], 3],
    ['S32_DHCP_FAULT', TRAP + OPT3, ['apply', '--yes'], 1],
    ['S32_NO_MATCH', OPT3, ['plan', '--segment', 'nowhere'], 1],
    ['S32_CONFIG_UNREADABLE', OPT3, ['plan', '--config', 'none.yaml'], 1],
    ['S32_USAGE', OPT3, ['release', '--all'], 1],
  ])('of a failure is an error document with the code %s', async (code, dhcpd, argv, exit) => {
    const ran = await json(ERROR_SCHEMA, argv, await scene(dhcpd));

    expect(ran.code).toBe(exit);
    expect(ran.value.error).toMatchObject({ code, written: 'nothing' });
  });

  it('of an unsafe plan is the plan, with its reasons', async () => {
    const cwd = await scene();
    await slash32(['apply', '--yes'], { cwd });
    await writeInventory(cwd, []);

    const ran = await json(PLAN_SCHEMA, ['apply', '--yes'], cwd);

    expect(ran.code).toBe(3);
    expect(ran.value.unsafe[0].code).toBe('source-empty');
  });

  it('of check names every mistake with its place', async () => {
    const cwd = await scene();

    const good = await json(CHECK_SCHEMA, ['check'], cwd);
    await writeFile(join(cwd, 'slash32.yaml'), 'owner: HOME\nsegment: {}\n');
    const bad = await json(CHECK_SCHEMA, ['check'], cwd);

    expect([good.code, bad.code]).toEqual([0, 1]);
    expect(bad.value.problems.length).toBeGreaterThan(2);
    expect(bad.value.problems[0]).toMatchObject({ line: 1, column: 1 });
  });
});
