import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { Slash32Error } from '../../src/errors/slash32-error.js';
import { PLAN_SCHEMA } from '../../src/plan/schema.js';
import { ENDED_ID, fakeService, RUNNING_ID, runningRun } from './fake-service.js';
import { startRig, TOKENS } from './rig.js';

describe('the lists', () => {
  it.each(['/v1/instances', '/v1/reservations', '/v1/findings', '/v1/runs', `/v1/runs/${ENDED_ID}/changes`])(
    '%s comes in pages, each thing once',
    async (path) => {
      const rig = await startRig();
      const whole = (await rig.ask({ path, token: TOKENS.viewer })).json as { items: unknown[]; nextCursor?: string };
      expect(whole.items.length).toBeGreaterThan(1);
      expect(whole.nextCursor).toBeUndefined();
      const seen: unknown[] = [];
      for (let next: string | undefined = ''; next !== undefined; ) {
        const query: string = `limit=1${next === '' ? '' : `&cursor=${next}`}`;
        const reply = await rig.ask({ path: `${path}?${query}`, token: TOKENS.viewer });
        const page = reply.json as typeof whole;
        expect(page.items).toHaveLength(1);
        const link = /^<([^>]+)>; rel="next"$/.exec(String(reply.headers.link))?.[1];
        expect(link === undefined).toBe(page.nextCursor === undefined);
        if (link !== undefined) expect((await rig.ask({ path: link, token: TOKENS.viewer })).status).toBe(200);
        seen.push(...page.items);
        next = page.nextCursor;
      }
      expect(seen).toEqual(whole.items);
    },
  );

  it('of findings begin with the worst', async () => {
    const rig = await startRig();
    const { json } = await rig.ask({ path: '/v1/findings', token: TOKENS.viewer });
    expect((json as { items: { severity: string }[] }).items.map((one) => one.severity)).toEqual([
      'error',
      'warning',
      'info',
    ]);
  });

  it('of reservations tell ours from those of others', async () => {
    const rig = await startRig();
    const addresses = async (of: string) => {
      const { json } = await rig.ask({ path: `/v1/reservations?of=${of}`, token: TOKENS.viewer });
      return (json as { items: { address: string }[] }).items.map((one) => one.address);
    };
    expect([await addresses('ours'), await addresses('foreign'), await addresses('all')]).toEqual([
      ['10.2.0.77'],
      ['10.2.0.9'],
      ['10.2.0.9', '10.2.0.77'],
    ]);
  });

  it.each([
    ['/v1/instances?project=shop', ['shop/shop']],
    ['/v1/instances?segment=servers', ['default/db', 'default/web', 'shop/shop']],
    ['/v1/instances?segment=edge', []],
  ])('%s is narrowed', async (path, names) => {
    const rig = await startRig();
    const { json } = await rig.ask({ path, token: TOKENS.viewer });
    const { items } = json as { items: { project: string; name: string }[] };
    expect(items.map((one) => `${one.project}/${one.name}`)).toEqual(names);
  });
});

it('every NIC of an instance has an address, or none, with the reason', async () => {
  const rig = await startRig();
  const { json } = await rig.ask({ path: '/v1/instances', token: TOKENS.viewer });
  const { items } = json as { items: { nics: { address?: string; why?: string }[] }[] };
  const nics = items.flatMap((one) => one.nics);
  expect(nics.filter((one) => one.why === undefined)).toEqual([]);
  expect(nics.some((one) => one.address !== undefined)).toBe(true);
});

describe('a secret', () => {
  it('is in no answer, whatever brought it there', async () => {
    const service = fakeService();
    service.put({ ...runningRun(), state: 'ended', notes: ['GET https://x:hunter2@fw.lan'] });
    service.log(RUNNING_ID, 'with the key hunter2');
    service.confirm = async () => {
      throw new Slash32Error('S32_OPNSENSE_UNREACHABLE', {
        message: 'hunter2 was refused',
        where: 'https://hunter2@fw',
      });
    };
    const rig = await startRig({ service, redact: (text) => text.replaceAll('hunter2', '***') });
    const paths = ['/v1/runs', `/v1/runs/${RUNNING_ID}`, `/v1/runs/${RUNNING_ID}/log`, `/v1/runs/${RUNNING_ID}/events`];
    const replies = [await rig.ask({ method: 'POST', path: '/v1/pending/confirm', token: TOKENS.admin })];
    for (const path of paths) replies.push(await rig.ask({ path, token: TOKENS.admin }));
    for (const { text } of replies) expect(text).toContain('***');
    for (const { text } of replies) expect(text).not.toContain('hunter2');
  });
});

describe('what the last look found', () => {
  it.each(['/v1/plan', '/v1/instances', '/v1/reservations'])('%s is not sent again to who has it', async (path) => {
    const rig = await startRig();
    const first = await rig.ask({ path, token: TOKENS.viewer });
    const tag = String(first.headers.etag);
    expect(tag).toMatch(/^"[0-9a-f]{16,}"$/);
    for (const known of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
      const again = await rig.ask({ path, token: TOKENS.viewer, headers: { 'if-none-match': known } });
      expect([again.status, again.text, again.headers.etag], known).toEqual([304, '', tag]);
    }
    const other = await rig.ask({ path, token: TOKENS.viewer, headers: { 'if-none-match': '"other"' } });
    expect(other.status).toBe(200);
  });

  it('is a plan of the committed form', async () => {
    const rig = await startRig();
    const { json } = await rig.ask({ path: '/v1/plan', token: TOKENS.viewer });
    const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(PLAN_SCHEMA);
    expect(validate(json) || validate.errors).toBe(true);
  });

  it.each(['/v1/plan', '/v1/instances', '/v1/segments', '/v1/reservations'])(
    '%s says so before the first look',
    async (path) => {
      const rig = await startRig();
      rig.service.blank = true;
      const reply = await rig.ask({ path, token: TOKENS.viewer });
      expect(reply.json).toMatchObject({ status: 409, code: 'S32_HTTP_NO_READING' });
    },
  );
});
