import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyEvent } from '../../../../src/inventory/incus/events/classify.js';

function recorded(name: string): unknown[] {
  const url = new URL(`../../../fixtures/incus/recordings/${name}`, import.meta.url);
  return readFileSync(url, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

const lifecycle = (action: string, part: Readonly<Record<string, unknown>> = {}): unknown => ({
  type: 'lifecycle',
  timestamp: '2026-11-22T02:53:51.369122204Z',
  metadata: { action, source: '/1.0/instances/w1?project=shop', name: 'w1', project: 'shop', ...part },
  location: 'none',
  project: 'shop',
});

describe('what an event means', () => {
  it.each([
    ['instance-created', { action: 'instance-created', reason: 'instance-created shop/w1', urgent: true }],
    ['instance-started', { action: 'instance-started', reason: 'instance-started shop/w1', urgent: true }],
    ['instance-renamed', { action: 'instance-renamed', reason: 'instance-renamed shop/w1', urgent: false }],
    ['instance-updated', { action: 'instance-updated', reason: 'instance-updated shop/w1', urgent: false }],
    ['instance-deleted', { action: 'instance-deleted', reason: 'instance-deleted shop/w1', urgent: false }],
    ['instance-exec', 'other-action'],
    ['instance-log-retrieved', 'other-action'],
    ['instance-snapshot-created', 'other-action'],
    ['config-updated', 'other-action'],
  ])('%s', (action, expected) => {
    expect(classifyEvent(lifecycle(action))).toEqual(expected);
  });

  it('is nothing for the ghost of a move to another pool', () => {
    expect(classifyEvent(lifecycle('instance-created', { name: 'move-of-13207006470953839848' }))).toBe('move');
  });

  it('is named by the path where a profile or a network has no name', () => {
    const event = {
      type: 'lifecycle',
      metadata: { action: 'profile-updated', source: '/1.0/profiles/web?project=shop' },
      project: 'shop',
    };
    expect(classifyEvent(event)).toMatchObject({ reason: 'profile-updated shop/web', urgent: false });
  });

  it('is shown without what a terminal would obey, and cut', () => {
    const hint = classifyEvent(lifecycle('instance-created', { name: `\u001b[31m${'x'.repeat(500)}` }));
    expect(hint).toMatchObject({ reason: expect.stringMatching(/^instance-created shop\/\[31mx+$/) });
    expect((hint as { reason: string }).reason).toHaveLength(120);
  });

  it('is told for all that real Incus sent over a day of changes', () => {
    const counts: Record<string, number> = {};
    for (const event of recorded('events-lifecycle.jsonl')) {
      const result = classifyEvent(event);
      const key = typeof result === 'string' ? result : result.action;
      counts[key] = (counts[key] ?? 0) + 1;
    }
    expect(counts).toEqual({
      'other-action': 79,
      'instance-created': 12,
      'instance-deleted': 13,
      'instance-renamed': 2,
      'instance-restarted': 2,
      'instance-started': 6,
      'instance-updated': 38,
      move: 1,
      'network-created': 1,
      'network-deleted': 1,
      'network-renamed': 1,
      'network-updated': 1,
      'profile-deleted': 1,
      'profile-renamed': 1,
      'profile-updated': 7,
      'project-created': 1,
    });
  });

  it('passes over all logging of the webhook, so that asking Incus is never heard as news', () => {
    const bodies = recorded('webhook-retry1.jsonl').map((one) => JSON.parse((one as { body: string }).body));
    const hints = bodies.map(classifyEvent).filter((result) => typeof result !== 'string');
    expect(bodies.length).toBeGreaterThan(100);
    expect(hints.length).toBeLessThan(10);
    expect(bodies.filter((body) => body.type !== 'lifecycle').map(classifyEvent)).toEqual(
      bodies.filter((body) => body.type !== 'lifecycle').map(() => 'not-lifecycle'),
    );
  });

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.anything(), fc.jsonValue(), (anything, json) => {
        classifyEvent(anything);
        classifyEvent({ type: 'lifecycle', metadata: json });
        classifyEvent({
          type: 'lifecycle',
          project: json,
          metadata: { action: 'instance-created', name: json, project: json, source: json },
        });
      }),
    );
  });
});
