import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planDocument } from '../../src/plan/document.js';
import { buildPlan, planChanges } from '../../src/plan/plan.js';
import { askExplain, askReach } from '../../src/plan/policy/ask.js';
import { askTests, viewOf } from '../../src/plan/policy/plan.js';
import { buildRelease } from '../../src/plan/release.js';
import { renderMarkdown } from '../../src/plan/render/markdown.js';
import { renderText } from '../../src/plan/render/text.js';
import { instance } from './build.js';
import { oddMaps } from './odd-map.js';
import { policyApplied, policyInput } from './policy/scene.js';

const WEB = '10:66:6a:00:00:01';
const DB = '10:66:6a:00:00:02';
const INSTANCES = [
  instance('web', { uuid: '11111111-0000-4000-8000-000000000000' }, { mac: WEB }),
  instance('db', { uuid: '22222222-0000-4000-8000-000000000000' }, { mac: DB }),
];
const POLICY = `policy:
  - { from: default/web, to: default/db, allow: [tcp/5432] }
  - { from: "segment:servers", to: internet, allow: [tcp/443] }
tests:
  - { from: default/web, to: default/db, accept: [tcp/5432], deny: [tcp/22] }
  - { from: default/web, to: internet, accept: [tcp/443] }`;
const PLAIN = { good: String, bad: String, warn: String, faint: String, strong: String };

function withMaps(maps: readonly string[]) {
  const config = (xml: string): string => xml.replace(/(<dhcpd>[\s\S]*?<opt2>)/, `$1${maps.join('')}`);
  return policyInput({ instances: INSTANCES, policy: POLICY, config });
}

describe('static mappings whose fields are empty, odd or garbage', () => {
  it('are planned, released, explained and tested without a defect, and a plan of what was applied is empty', () => {
    fc.assert(
      fc.property(oddMaps({ web: WEB, db: DB, net: '10.2.0' }), fc.constantFrom('none', 'all'), (maps, adopt) => {
        const input = { ...withMaps(maps), adopt } as const;
        const plan = buildPlan(input);
        const said = [renderText(plan, PLAIN), renderMarkdown(plan), JSON.stringify(planDocument(plan))];
        for (const text of said) expect(text).not.toMatch(/\bundefined\b|\bNaN\b/);
        for (const mode of ['keep', 'remove'] as const) buildRelease(input, input.settings.segments, mode);
        const view = viewOf(input, plan.segments);
        if (view === undefined) throw new Error('no policy was read');
        askExplain(view, { from: 'default/web', to: 'default/db', port: 'tcp/5432', after: true });
        askReach(view, { after: true });
        askTests(view, true);
        const again = buildPlan({ ...policyApplied(input, plan), adopt: 'none' });
        expect(planChanges(again)).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });
});
