import { expect, it } from 'vitest';
import { cutNotes, wireCut } from '../../../../src/firewall/opnsense/plugin/cut.js';
import type { ClosedWays, WayService } from '../../../../src/model/connections.js';
import { type IpSpan, parseSpan } from '../../../../src/model/ip.js';

const span = (text: string): IpSpan => {
  const found = parseSpan(text);
  if (found === undefined) throw new Error(text);
  return found;
};
const NONE: ClosedWays = { closed: [], perhaps: [] };
const SERVICE: WayService = { protocol: 'tcp', numbers: [22, 22], sourcePorts: [1, 9] };

function ways(senders: number): ClosedWays {
  const from = Array.from({ length: senders }, (_none, at) => span(`10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`));
  const groups = [{ to: [span('10.0.2.0/24')], services: [SERVICE] }];
  return { closed: [{ family: 'inet', rows: [{ from, groups }] }], perhaps: [{ family: 'inet', rows: [] }] };
}

it('a cut travels as addresses, spans and packets, without what is in doubt', () => {
  expect(wireCut({ apply: ways(2), undo: NONE })).toEqual({
    apply: {
      inet: [
        {
          from: ['10.0.0.0', '10.0.0.1'],
          groups: [
            { to: ['10.0.2.0-10.0.2.255'], services: [{ protocol: 'tcp', numbers: [22, 22], source_ports: [1, 9] }] },
          ],
        },
      ],
    },
    undo: {},
  });
  expect(cutNotes({ apply: ways(2), undo: NONE })).toEqual([]);
});

it('a cut that the plugin would refuse is left out, so that the change itself is taken, and said', () => {
  const cut = { apply: ways(20_001), undo: ways(1) };
  expect(wireCut(cut)).toMatchObject({ apply: {}, undo: { inet: [{ from: ['10.0.0.0'] }] } });
  expect(wireCut(cut).apply).toEqual({});
  expect(cutNotes(cut)).toEqual([expect.stringContaining('too many different ways')]);
});
