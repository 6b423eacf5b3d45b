import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fieldOf, policyElements } from '../../src/firewall/opnsense/policy/read.js';
import { parseConfigXml } from '../../src/firewall/opnsense/xml/parse.js';
import { type SimOpnsense, startSimOpnsense } from '../../src/sim/opnsense/start.js';
import { createSimUser } from '../../src/sim/opnsense/users.js';
import { textOf } from '../../src/xml/element.js';
import { type Recording, recording, replay } from './opnsense-recording.js';
import { shape } from './opnsense-shape.js';

/** In the order in which the real OPNsense was asked, since each builds on those before. */
const NAMES = [
  'fw-01-category-add',
  'fw-02-category-add-dup',
  'fw-03-category-add-bad',
  'fw-10-add',
  'fw-12-get-unknown',
  'fw-14-set-partial',
  'fw-17-set-upsert',
  'fw-18-set-bad-uuid',
  'fw-19-set-upsert-uuid-v5',
  'fw-20-toggle-off',
  'fw-21-toggle-off-again',
  'fw-22-toggle-flip',
  'fw-23-toggle-unknown',
  'fw-24-toggle-many',
  'fw-25-toggle-many-noarg',
  'fw-26-del-unknown',
  'fw-27-add2',
  'fw-28-del',
  'fw-29-del-many',
  'fw-30-del-get',
  'fw-31-add-no-wrapper',
  'fw-32-add-empty',
  'fw-33-apply',
  'fw-34-apply-get',
  'fw-val-action-bad',
  'fw-val-category-name',
  'fw-val-category-unknown',
  'fw-val-descr-long',
  'fw-val-descr-newline',
  'fw-val-direction-bad',
  'fw-val-enabled-false',
  'fw-val-enabled-yes',
  'fw-val-icmptype-noproto',
  'fw-val-iface-empty',
  'fw-val-iface-multi',
  'fw-val-iface-unknown',
  'fw-val-ipprotocol-46',
  'fw-val-port-alias-unknown',
  'fw-val-port-bad',
  'fw-val-port-list',
  'fw-val-port-range',
  'fw-val-port-range-colon',
  'fw-val-port-without-proto',
  'fw-val-proto-unknown',
  'fw-val-sequence-0',
  'fw-val-sequence-float',
  'fw-val-sequence-int',
  'fw-val-src-alias-unknown',
  'fw-val-src-empty',
  'fw-val-src-family',
  'fw-val-src-iface-ip',
  'fw-val-src-list',
  'fw-val-src-list-any',
  'fw-val-src-not-list',
  'fw-val-src-self',
  'fw-val-unknown-field',
  'fw-val-uuid-in-body',
  'alias-01-add-host',
  'alias-02-dup',
  'alias-03-badname',
  'alias-04-longname',
  'alias-05-badcontent',
  'alias-06-comma',
  'alias-07-port',
  'alias-08-network',
  'alias-10-empty',
  'alias-13-networkgroup',
  'alias-15-getuuid',
  'alias-16-getuuid-none',
  'alias-18-set',
  'alias-19-reconfigure',
  'alias-20-reconfigure-get',
  'alias-40-rule-with-alias',
  'alias-41-rule-with-alias-list',
  'alias-42-rule-alias-plus-ip',
  'alias-43-rule-port-alias',
  'alias-44-rule-port-alias-as-net',
  'alias-45-del-in-use',
  'alias-48-disable-in-use',
  'alias-49-enable',
  'alias-51-import',
  'alias-53-upsert',
  'bulk-01-set-new-uuids',
  'bulk-02-set-one-bad',
  'bulk-03-set-many',
  'bulk-04-del-many',
  'bulk-05-set-snat-wipe',
  'dnat-02-add',
  'dnat-04-add-flat',
  'dnat-05-bad',
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

/** Where a rule stands in its list depends on what else was asked. */
function unnumbered(text: string): unknown {
  return JSON.parse(text.replace(/\.rule\.\d+\//g, '.rule.N/'));
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
    const body: unknown = JSON.parse(answer.body);
    const [theirs, ours] = [fieldsOf(exchange.response), fieldsOf(body)];
    const plain = [...uuids].reduce((all, [old, now]) => all.replaceAll(now, old), JSON.stringify(body));
    expect(shape(unnumbered(plain), true)).toEqual(shape(unnumbered(JSON.stringify(exchange.response)), true));
    if (typeof theirs.uuid === 'string' && typeof ours.uuid === 'string') uuids.set(theirs.uuid, ours.uuid);
  });

  it('reads no flat names of a redirect, and makes one of everything', () => {
    const flat = policyElements(parseConfigXml(sim.configText()), 'redirect').find(
      (one) => textOf(one, 'descr') === 'flat names',
    );
    expect(flat === undefined ? undefined : fieldOf(flat)('destination.port')).toBe('');
    expect(sim.configText()).not.toContain('8081');
  });

  it('keeps no rule of a bulk call of which one is bad', () => {
    expect(sim.configText()).not.toContain('bulk b2');
  });
});
