import { describe, expect, it } from 'vitest';
import type { Instance } from '../../src/model/instance.js';
import type { PlanInput } from '../../src/plan/types.js';
import {
  applied,
  buildPlan,
  firewallInterface,
  forced,
  input,
  instance,
  inventory,
  NOW,
  observed,
  settings,
} from './build.js';

const WEB = instance('web');
const PINNED = instance('pinned', { pinnedAddress: '10.2.0.77' });
const QUIET = instance('quiet', { ignored: true });
const ASIDE = instance('aside');
const AWAY = instance('away', {}, { network: 'attic' });
const BARE = instance('bare', { nics: [] });
const FIREWALL = instance('fw', {}, { mac: '10:66:6a:ff:aa:01' });
const ALL = [WEB, PINNED, QUIET, ASIDE, AWAY, BARE, FIREWALL];

/** Everything is applied, and then one instance is asked about. */
function standing(instances: readonly Instance[] = ALL): PlanInput {
  const before = input({
    settings: settings({ exclude: ['aside'] }),
    inventory: inventory(instances),
    observed: observed({
      interfaces: [
        firewallInterface('opt3', '10.2.0.1', { mac: '10:66:6a:ff:aa:01' }),
        firewallInterface('opt2', '10.1.0.1'),
      ],
    }),
  });
  return applied(before, buildPlan(before));
}

function notesOf(asked: PlanInput, ...instances: string[]): string {
  const plan = buildPlan({ ...asked, only: { segments: [], instances } });
  return [...plan.segments.flatMap((one) => one.notes ?? []), ...(plan.notes ?? [])].join('\n');
}

describe('a plan of one instance', () => {
  it.each<[string, string, RegExp]>([
    [
      'keeps what it has',
      'default/web',
      /^default\/web\/eth0 has 10\.2\.0\.\d+ \(MAC [0-9a-f:]{17}, hostname web\) and keeps it: its reservation stands with that address, no pin asks for another\.$/m,
    ],
    [
      'is pinned',
      'default/pinned',
      /^default\/pinned\/eth0 has 10\.2\.0\.77 .* and keeps it: pinned on the instance\.$/m,
    ],
    [
      'asks to be left alone',
      'default/quiet',
      /Nothing is planned for default\/quiet\/eth0: its instance asks to be left alone\./,
    ],
    [
      'is excluded',
      'default/aside',
      /Nothing is planned for default\/aside\/eth0: the configuration excludes its instance\./,
    ],
    ['stands on no segment', 'default/away', /default\/away\/eth0: it stands on attic, which is no segment\./],
    ['has no NIC', 'default/bare', /default\/bare has no NIC on a network, so it needs no reservation\./],
    ['is the firewall', 'default/fw/eth0', /default\/fw\/eth0: it is a NIC of the firewall\./],
  ])('that %s says so where nothing is to be done', (_, name, said) => {
    const notes = notesOf(standing(), name);
    expect(notes).toMatch(said);
  });

  it('of a segment that was not asked for says where it stands', () => {
    const plan = buildPlan({ ...standing(), only: { segments: ['edge'], instances: ['default/web'] } });
    expect(plan.notes).toContain(
      'Nothing is planned for default/web/eth0: it stands on servers, which was not asked for; its reservation ' +
        `(${addressOf(standing(), 'default/web/eth0')}) stays as it is.`,
    );
  });

  it('that is missing says since when, and until when its reservation stays', () => {
    const gone = { ...standing(), inventory: inventory([PINNED]) };
    const retired = applied(gone, buildPlan(forced(gone)));
    expect(notesOf(retired, 'default/web')).toContain(
      `default/web/eth0 is missing since ${NOW.toISOString().replace('.000', '')}: its reservation`,
    );
  });

  it('says nothing of this where a change, or a reason to leave it out, says more, and in a plan of everything', () => {
    const fresh = input({ inventory: inventory([WEB]) });
    expect(notesOf(fresh, 'default/web')).toBe('');
    const wrong = input({ inventory: inventory([instance('odd', {}, { mac: undefined })]) });
    expect(notesOf(wrong, 'default/odd')).toBe('');
    expect(notesOf(standing([WEB]))).toBe('');
  });
});

function addressOf(asked: PlanInput, nic: string): string | undefined {
  return buildPlan(asked)
    .segments.flatMap((one) => one.assignments)
    .find((one) => one.nic === nic)?.address;
}
