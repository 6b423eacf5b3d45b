import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planDocument } from '../../src/plan/document.js';
import { renderMarkdown } from '../../src/plan/render/markdown.js';
import { renderText } from '../../src/plan/render/text.js';
import { PLAN_SCHEMA } from '../../src/plan/schema.js';
import { buildPlan, entry, FULL, input, instance, inventory, observed, SERVERS, settings, state } from './build.js';

const bare = (text: string): string => text;
const PLAIN = { good: bare, bad: bare, warn: bare, faint: bare, strong: bare };

const scene = input({
  settings: settings({ segments: [{ ...SERVERS, manage: FULL }] }),
  inventory: inventory([
    instance('web', { pinnedAddress: '10.2.0.20' }, { mac: '10:66:6a:00:00:01' }),
    instance('___'),
  ]),
  observed: observed({
    segments: [state('opt3', { range: { from: '10.2.0.100', to: '10.2.0.199' } })],
    neighbours: undefined,
  }),
  check: () => [{ interface: 'lan', object: 'range', message: 'it is empty' }],
});

describe('the plan as text', () => {
  const text = renderText(buildPlan(scene), PLAIN);

  it.each([
    'Plan of home: test → config.xml (file)',
    'servers: network servers ↔ opt3 OPT3 10.2.0.0/24',
    '+ 10.2.0.20  web  10:66:6a:00:00:01  default/web/eth0  create: pinned on the instance',
    '~ option 1 (subnet mask): not set → 255.255.255.255',
    '~ dynamic range: 10.2.0.100-10.2.0.199 → 10.2.0.254',
    '✗ default/___/eth0 is left out:',
    'In all: 1 to create, 4 settings to change; 0 as they are, 0 foreign untouched, 1 NIC left out, 1 part waits for a person.',
    '✗ DHCP would not survive a restart: lan, range: it is empty',
    '✗ 1 change on servers waits for a person, since 2026-11-23T08:00:00Z',
    '    ~ static ARP: off → on',
    '    unsafe (arp-unseen):',
    '    yes to it: slash32 apply --approve ',
    'Checksum: ',
  ])('says %j', (line) => {
    expect(text).toContain(line);
  });

  it('says that nothing is to be done when that is so', () => {
    expect(renderText(buildPlan(input()), PLAIN)).toContain('nothing to do');
  });
});

describe('what others wrote', () => {
  const ESCAPE = '\u001B[2J\u202Eevil\r\n✗ forged line';

  it('cannot drive the terminal, turn writing round or forge a line', () => {
    const lease = { interface: 'opt3', address: '10.2.0.120', mac: '00:00:00:00:00:55', hostname: ESCAPE };
    const foreign = entry({ mac: '10:66:6a:00:00:01', address: '10.2.0.9', hostname: ESCAPE, description: ESCAPE });
    const plan = buildPlan({
      ...scene,
      adopt: 'all',
      inventory: inventory([instance('web', {}, { mac: foreign.mac }), instance(ESCAPE)], { notes: [ESCAPE] }),
      observed: observed({ segments: [state('opt3', { reservations: [foreign], macAllow: ESCAPE })], leases: [lease] }),
    });

    for (const text of [renderText(plan, PLAIN), renderMarkdown(plan)]) {
      expect(text).toContain('evil');
      for (const hostile of ['\u001B', '\u202E', '\r']) expect(text).not.toContain(hostile);
      expect(text).not.toMatch(/^✗ forged/m);
    }
  });
});

describe('the plan as Markdown', () => {
  it('holds a table row for each change', () => {
    const text = renderMarkdown(buildPlan(scene));

    expect(text).toContain(
      '| + create | 10.2.0.20 | web | 10:66:6a:00:00:01 | default/web/eth0 | pinned on the instance |',
    );
    expect(text).toContain('| option 1 (subnet mask) | not set | 255.255.255.255 |');
  });

  it('lets no name break out of its cell', () => {
    const hostile = 'x|y\n<script>alert(1)</script> **bold** `code` [link](http://x)';
    const plan = buildPlan(scene);
    const text = renderMarkdown({ ...plan, source: { ...plan.source, name: hostile } });

    expect(text).not.toContain('<script>');
    expect(text).toContain('x\\|y ');
  });
});

describe('the plan as JSON', () => {
  const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(PLAN_SCHEMA);

  it('fits its schema, whatever is in the plan', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('web', 'db', '___', 'cache'), { maxLength: 4 }),
        fc.array(
          fc.record({ mac: fc.constantFrom('', '10:66:6a:00:00:01'), address: fc.constantFrom('', '10.2.0.20') }),
          { maxLength: 3 },
        ),
        fc.constantFrom('none', 'all') as fc.Arbitrary<'none' | 'all'>,
        (names, foreign, adopt) => {
          const reservations = foreign.map((one, position) => entry(one, position));
          const plan = buildPlan({
            ...scene,
            adopt,
            inventory: inventory(names.map((name) => instance(name, {}, { mac: '10:66:6a:00:00:01' }))),
            observed: observed({ segments: [state('opt3', { reservations })] }),
          });
          validate(JSON.parse(JSON.stringify(planDocument(plan))));
          expect(validate.errors).toBeNull();
        },
      ),
    );
  });

  it('does not fit it any more once a member is missing or unknown', () => {
    const plan = JSON.parse(JSON.stringify(planDocument(buildPlan(scene))));

    expect(validate({ ...plan, checksum: undefined })).toBe(false);
    expect(validate({ ...plan, surprise: 1 })).toBe(false);
  });
});
