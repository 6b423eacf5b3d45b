import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { policyElements } from '../../src/firewall/opnsense/policy/read.js';
import { textOf } from '../../src/firewall/opnsense/xml/element.js';
import { parseConfigXml } from '../../src/firewall/opnsense/xml/parse.js';
import { type SimOpnsense, startSimOpnsense } from '../../src/sim/opnsense/start.js';
import { createSimUser } from '../../src/sim/opnsense/users.js';
import { type Recording, recording, replay } from './opnsense-recording.js';
import { shape } from './opnsense-shape.js';

/** In the order in which the real OPNsense was asked, since each builds on those before. */
const NAMES = [
  'fw-01-category-add',
  'fw-02-category-add-dup',
  'fw-10-add',
  'fw-14-set-partial',
  'fw-18-set-bad-uuid',
  'fw-19-set-upsert-uuid-v5',
  'fw-20-toggle-off',
  'fw-21-toggle-off-again',
  'fw-26-del-unknown',
  'fw-31-add-no-wrapper',
  'fw-32-add-empty',
  'fw-33-apply',
  'fw-34-apply-get',
  'fw-val-iface-unknown',
  'fw-val-port-bad',
  'fw-val-port-without-proto',
  'fw-val-category-unknown',
  'fw-val-descr-newline',
  'alias-01-add-host',
  'alias-02-dup',
  'alias-03-badname',
  'alias-10-empty',
  'alias-18-set',
  'alias-19-reconfigure',
  'alias-20-reconfigure-get',
  'alias-51-import',
  'alias-53-upsert',
  'bulk-01-set-new-uuids',
  'bulk-02-set-one-bad',
  'bulk-05-set-snat-wipe',
  'dnat-02-add',
  'dnat-06-toggle',
  'dnat-07-apply',
] as const;

const USER = createSimUser('syncadmin', ['page-all']);
/** Names that the real OPNsense gave, and those of the simulated one. */
const uuids = new Map<string, string>();
let sim: SimOpnsense;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slash32-contract-'));
  sim = await startSimOpnsense({ folder, users: [USER] });
});

afterAll(async () => {
  await sim.close();
  rmSync(folder, { recursive: true, force: true });
});

function translated(exchange: Recording): Recording {
  const text = [...uuids].reduce(
    (all, [theirs, ours]) => all.replaceAll(theirs, ours),
    JSON.stringify(exchange.request),
  );
  return { ...exchange, request: JSON.parse(text) as Recording['request'] };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** The rules that a bulk call made bear names of OPNsense's own; both are known by their words. */
function learnBulk(): void {
  const rules = policyElements(parseConfigXml(sim.configText()), 'rule');
  for (const [words, theirs] of [
    ['bulk a', '2c8f27f7-8b3e-4320-86dc-4922850fa0db'],
    ['bulk b', '87a4d1c2-ec97-4e3c-a008-e60313b5188e'],
  ] as const)
    uuids.set(theirs, rules.find((rule) => textOf(rule, 'description') === words)?.attributes.uuid ?? '');
}

describe('rules, aliases and NAT of the simulated OPNsense answer as those of the recorded one', () => {
  it.each(NAMES)('%s', async (name) => {
    const exchange = recording(name);
    if (name === 'bulk-02-set-one-bad') learnBulk();
    const answer = await replay(
      sim.url,
      translated(exchange),
      `Basic ${Buffer.from(`${USER.key}:${USER.secret}`).toString('base64')}`,
    );
    expect(answer.status).toBe(exchange.status);
    const [theirs, ours] = [fieldsOf(exchange.response), fieldsOf(JSON.parse(answer.body))];
    const plain = JSON.parse([...uuids].reduce((all, [old, now]) => all.replaceAll(now, old), JSON.stringify(ours)));
    expect(shape(plain, true)).toEqual(shape(theirs, true));
    if (typeof theirs.uuid === 'string' && typeof ours.uuid === 'string') uuids.set(theirs.uuid, ours.uuid);
  });

  it('keeps no rule of a bulk call of which one is bad', () => {
    expect(sim.configText()).not.toContain('bulk b2');
  });
});
