import { describe, expect, it } from 'vitest';
import { createHookRouter } from '../../../src/http/hooks/router.js';
import type { Trigger } from '../../../src/service/types/trigger.js';
import { startRig } from '../rig.js';
import { event, KEYS, SECRET, signed } from './scene.js';

async function rig(part: { incusSecrets?: string[] } = {}) {
  const triggers: Trigger[] = [];
  const hooks = createHookRouter({
    trigger: (trigger) => void triggers.push(trigger),
    incusSecrets: [SECRET],
    genericKeys: KEYS,
    windowSeconds: 300,
    now: () => new Date(),
    onResult: () => undefined,
    ...part,
  });
  return { triggers, ...(await startRig({ hooks })) };
}

const post = (path: string, body: unknown) => ({ method: 'POST', path, body });

describe('the webhooks in the API', () => {
  it('need no API token', async () => {
    const { ask, triggers } = await rig();
    expect((await ask(post(`/hooks/incus/${SECRET}`, event('instance-created')))).status).toBe(202);
    const headers = signed('{}', { at: Date.now() });
    expect((await ask({ method: 'POST', path: '/hooks/generic', raw: '{}', headers })).status).toBe(202);
    expect(triggers).toHaveLength(2);
  });

  it('answer a wrong secret exactly as an address that is not there, and as if there were no webhook', async () => {
    const [on, off] = [await rig(), await rig({ incusSecrets: [] })];
    const wrong = await on.ask(post('/hooks/incus/wrong-secret', {}));
    const others = [
      await on.ask(post('/hooks/nothing/here', {})),
      await on.ask(post('/hooks/incus/%ZZ', {})),
      await off.ask(post('/hooks/incus/wrong-secret', {})),
    ];
    const seen = (json: unknown) => ({ ...(json as object), instance: '' });
    for (const other of others) {
      expect(other.status).toBe(404);
      expect(seen(other.json)).toEqual(seen(wrong.json));
      expect(Object.keys(other.headers).sort()).toEqual(Object.keys(wrong.headers).sort());
      expect(other.headers.connection).toBe(wrong.headers.connection);
    }
  });

  it('name no path in what is logged of a request', async () => {
    const { ask, lines, defects } = await rig();
    for (const path of [`/hooks/incus/${SECRET}`, '/hooks/incus/wrong-secret', '/hooks/incus/%ZZ'])
      await ask(post(path, {}));
    expect(lines.map(({ route }) => route)).toEqual(['/hooks', '/hooks', '/hooks']);
    expect(JSON.stringify(lines)).not.toContain('secret');
    expect(defects).toEqual([]);
  });
});
