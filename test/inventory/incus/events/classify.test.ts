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
    ['instance-created', true],
    ['instance-started', true],
    ['instance-restored', true],
    ['instance-renamed', false],
    ['instance-updated', false],
    ['instance-deleted', false],
  ])('%s is a hint', (action, urgent) => {
    const hint = { action, name: 'w1', project: 'shop', reason: `${action} shop/w1`, urgent };
    expect(classifyEvent(lifecycle(action))).toEqual(hint);
  });

  it.each([
    'instance-exec',
    'instance-log-retrieved',
    'instance-snapshot-created',
    'instance-shutdown',
    'instance-stopped',
    'config-updated',
    'constructor',
    '',
  ])('"%s" changes nothing that is planned', (action) => {
    expect(classifyEvent(lifecycle(action))).toBe('other-action');
  });

  it('is nothing for the ghost of a move to another pool', () => {
    expect(classifyEvent(lifecycle('instance-created', { name: 'move-of-13207006470953839848' }))).toBe('move');
  });

  it('is a hint for an instance that its owner called nearly so', () => {
    expect(classifyEvent(lifecycle('instance-created', { name: 'move-of-house' }))).toMatchObject({ urgent: true });
  });

  it.each([
    ['profile-updated', '/1.0/profiles/web?project=shop', 'shop', 'profile-updated shop/web'],
    ['network-deleted', '/1.0/networks/dmz', 'default', 'network-deleted default/dmz'],
    ['project-created', '/1.0/projects/shop', 'shop', 'project-created shop'],
    ['profile-updated', undefined, undefined, 'profile-updated'],
  ])('%s of %s is named by the path, since it has no name', (action, source, project, reason) => {
    expect(classifyEvent({ type: 'lifecycle', metadata: { action, source }, project })).toMatchObject({ reason });
  });

  it.each([
    ['\u001b[31mred', 'shop/\\u{1b}[31mred'],
    ['a\nb', 'shop/a\\u{a}b'],
    ['ab\u202edc', 'shop/ab\\u{202e}dc'],
    ['\ud83d', 'shop/\\u{d83d}'],
    ['x'.repeat(500), `shop/${'x'.repeat(63)}…`],
    ['😀'.repeat(500), `shop/${'😀'.repeat(63)}…`],
  ])('%j is shown without what a terminal would obey, and cut', (name, shown) => {
    const hint = classifyEvent(lifecycle('instance-created', { name }));
    expect(hint).toMatchObject({ reason: `instance-created ${shown}` });
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

  it('never throws, whatever comes, and what it shows is short and harmless', () => {
    const value = fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(fc.anything(), value, value, value, (anything, name, project, source) => {
        classifyEvent(anything);
        classifyEvent({ type: 'lifecycle', metadata: anything });
        const metadata = { action: 'instance-created', name, project, source };
        const hint = classifyEvent({ type: 'lifecycle', project, metadata });
        if (typeof hint === 'string') return;
        for (const text of [hint.name, hint.project, hint.reason]) {
          expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
          expect([...text].length).toBeLessThanOrEqual(160);
        }
      }),
    );
  });
});
