import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, it } from 'vitest';
import { type Fields, newToken, revisionOf, section, send } from './calls.js';
import { describeRigs, type Rig } from './rigs.js';

/** What a slash32 of the version before sent to its own plugin, what that answered, and the forms in which it reads answers. */
const sent = recorded('apply.json');
const answered = recorded('applied.json');
const forms = recorded('schemas.json') as Record<'get' | 'apply' | 'settle', object>;
const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
const readable = { get: ajv.compile(forms.get), apply: ajv.compile(forms.apply), settle: ajv.compile(forms.settle) };

function recorded(name: string): Fields {
  return JSON.parse(readFileSync(new URL(`../../fixtures/before/plugin/${name}`, import.meta.url), 'utf8'));
}

/** A call as the version before makes it: an answer that it cannot read fails the test. */
async function asBefore(rig: Rig, form: keyof typeof readable, verb: string, body?: Fields): Promise<Fields> {
  const reply = await send(rig, body ? 'POST' : 'GET', verb, body && JSON.stringify(body));
  readable[form](reply.body);
  expect(readable[form].errors ?? []).toEqual([]);
  return reply.body;
}

describeRigs('today’s plugin with a slash32 of the version before', (start) => {
  it('shows it the firewall in the form that it reads, before and after a change', async () => {
    const rig = await start();
    expect((await asBefore(rig, 'get', 'get')).result).toBe('ok');
    await asBefore(rig, 'apply', 'apply', { ...sent, base_revision: revisionOf(rig), token: newToken() });
    expect((await asBefore(rig, 'get', 'get')).pending).toHaveLength(1);
  });

  it('takes its apply, counts the same changes, and undoes it', async () => {
    const rig = await start();
    const [before, token] = [section(rig), newToken()];
    const reply = await asBefore(rig, 'apply', 'apply', { ...sent, base_revision: revisionOf(rig), token });
    expect(reply).toMatchObject({ result: 'applied', changed: answered.changed, notes: answered.notes });
    expect(section(rig)).toContain('10:66:6a:00:00:0b');
    expect(await asBefore(rig, 'settle', 'rollback', { owner: 'home', token })).toMatchObject({
      result: 'rolled_back',
      left: [],
    });
    expect(section(rig)).toBe(before);
  });

  it('keeps its change when it confirms', async () => {
    const rig = await start();
    const token = newToken();
    await asBefore(rig, 'apply', 'apply', { ...sent, base_revision: revisionOf(rig), token });
    expect((await asBefore(rig, 'settle', 'confirm', { owner: 'home', token })).result).toBe('confirmed');
    expect(section(rig)).toContain('10:66:6a:00:00:0b');
  });

  it('answers it in its own form where it has to refuse', async () => {
    const rig = await start();
    const body = { ...sent, base_revision: revisionOf(rig), token: newToken(), aliases: [{ name: 'x' }] };
    expect((await asBefore(rig, 'apply', 'apply', body)).result).toBe('refused');
    expect((await asBefore(rig, 'apply', 'apply', { ...sent, base_revision: '0'.repeat(64) })).result).toBe('conflict');
  });
});
