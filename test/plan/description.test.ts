import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Instance } from '../../src/model/instance.js';
import { parseDescription } from '../../src/model/marker.js';
import { planChanges } from '../../src/plan/plan.js';
import type { Plan, PlanInput } from '../../src/plan/types.js';
import { applied, buildPlan, forced, input, instance, inventory } from './build.js';

/** What the plugin takes; config.xml takes more, and refuses some of the same. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that are refused
const REFUSED = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufffe\uffff]|\p{Surrogate}/u;

/** The next plan, after this one was applied, of the same instances. */
function next(before: PlanInput, plan: Plan, instances: readonly Instance[]): Plan {
  return buildPlan(forced({ ...applied(before, plan), inventory: inventory(instances) }));
}

function descriptions(plan: Plan): string[] {
  return planChanges(plan).flatMap((one) => (one.kind === 'reservation' && one.after ? [one.after.description] : []));
}

function scene(...instances: readonly Instance[]): PlanInput {
  return input({ inventory: inventory(instances) });
}

describe('the description of a reservation', () => {
  const anyText = fc.string({ minLength: 1, maxLength: 200, unit: 'binary' });
  const odd = fc
    .tuple(fc.constantFrom('web', 'w', ''), fc.oneof(anyText, fc.stringMatching(/^[\s\u202e\ufeff\u2028x]{1,20}$/)))
    .map(([start, rest]) => `${start}${rest}`.replaceAll('/', '-'));

  it('is one that every firewall takes, and stays as it is, whatever an instance and its NIC are called', () => {
    fc.assert(
      fc.property(odd, odd, (name, device) => {
        const before = scene(instance(name, {}, { name: device }), instance('honest'));
        const plan = buildPlan(before);
        for (const text of descriptions(plan)) {
          expect(REFUSED.test(text), JSON.stringify(text)).toBe(false);
          expect(Buffer.byteLength(text)).toBeLessThanOrEqual(255);
          expect(parseDescription(text).marker?.owner).toBe('home');
        }
        expect(planChanges(plan).map((one) => one.kind === 'reservation' && one.nic)).toContain('default/honest/eth0');
        expect(descriptions(next(before, plan, before.inventory.instances))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['new\nline', 'new line'],
    ['cr\rx', 'cr x'],
    ['right\u202eleft', 'right left'],
    ['\ufeffbom', 'bom'],
    ['  wide  open ', 'wide open'],
    ['größe', 'größe'],
    ['half\ud800', 'half'],
  ])('shows %j as %j', (name, shown) => {
    const [text = ''] = descriptions(buildPlan(scene(instance(name))));
    expect(parseDescription(text).text).toBe(shown);
  });

  it('gives up of the name what has no room, and not of the marker', () => {
    const [text = ''] = descriptions(buildPlan(scene(instance(`w${'x'.repeat(150)}`))));
    expect(Buffer.byteLength(text)).toBe(255);
    expect(parseDescription(text).marker?.instance).toHaveLength(151);
  });

  it('follows an odd name to the next one', () => {
    const web = instance('new\nline');
    const before = scene(web);
    const renamed = next(before, buildPlan(before), [{ ...web, name: 'old line' }]);
    expect(descriptions(renamed).map((text) => parseDescription(text).text)).toEqual(['old line']);
  });

  it('of which there is no room for the marker leaves out that NIC alone, with the reason', () => {
    const plan = buildPlan(scene(instance(`w${'x'.repeat(300)}`), instance('honest')));
    expect(plan.segments[0]?.leftOut).toMatchObject([
      { code: 'bad-hostname', message: expect.stringMatching(/too long to note on the firewall .* of 255/) },
    ]);
    expect(plan.summary.create).toBe(1);
  });

  it('takes the mark of one that is missed by giving up some more of the name', () => {
    const long = instance(`w${'x'.repeat(90)}`);
    const before = scene(long, instance('honest'));
    const plan = buildPlan(before);
    const gone = next(before, plan, before.inventory.instances.slice(1));
    const [text = ''] = descriptions(gone);
    expect(parseDescription(text).marker?.retiredAt).toBeDefined();
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(255);
  });
});
