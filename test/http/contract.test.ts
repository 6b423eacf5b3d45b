import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Operation, Parameter } from '../../src/http/contract.js';
import { ENDED_ID, FAILED_ID, fakeService, RUNNING_ID, runningRun } from './fake-service.js';
import { encoded, evilBody, evilJson, evilSegment, evilText, valid } from './generate.js';
import { at, judge } from './judge.js';
import { type Ask, CONTRACT, type Reply, type Rig, startRig, TOKENS, withNeeded } from './rig.js';

/** Enough for each operation to meet everything; SLASH32_FUZZ=1000 looks longer. */
const RUNS = Number(process.env.SLASH32_FUZZ ?? 40);
const OPERATIONS = CONTRACT.operations.map((operation) => [operation.id, operation] as const);

/** What an unknown name would find nobody for. */
const NAMED: Readonly<Record<string, string>> = { project: 'default', segment: 'servers' };

/** A request for an operation, with what each place of it holds. */
interface Parts {
  readonly path: Readonly<Record<string, string>>;
  readonly query: readonly (readonly [string, string])[];
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body?: unknown;
  readonly raw?: string | Buffer;
}

function asked(operation: Operation, { path, query, headers, body, raw }: Parts): Ask {
  const filled = operation.path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => path[name] ?? ENDED_ID);
  const search = withNeeded(operation.id, query)
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .join('&');
  return {
    method: operation.method.toUpperCase(),
    path: search === '' ? filled : `${filled}?${search}`,
    token: TOKENS.admin,
    headers: { ...(raw === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body }),
    ...(raw === undefined ? {} : { raw }),
  };
}

function parametersIn(operation: Operation, place: Parameter['in']): readonly Parameter[] {
  return operation.parameters.filter((one) => one.in === place);
}

/** Requests as the contract describes them. */
function validParts(operation: Operation): fc.Arbitrary<Parts> {
  const texts = (place: Parameter['in']) =>
    fc.record(
      Object.fromEntries(
        parametersIn(operation, place)
          // Names are mostly understood, or nothing would ever be answered.
          .map(({ name, schema }) => {
            const any = valid(schema).map(String).map(carried);
            const known = NAMED[name] ?? withNeeded('explainFlow', []).find(([needed]) => needed === name)?.[1];
            return [name, known === undefined ? any : fc.oneof(fc.constant(known), fc.constant(known), any)];
          }),
      ),
      { requiredKeys: [] },
    ) as fc.Arbitrary<Record<string, string>>;
  // Whoever watches a run that goes on waits for its end; that has tests of its own.
  const known = operation.id === 'watchRun' ? [ENDED_ID, FAILED_ID] : [ENDED_ID, FAILED_ID, RUNNING_ID];
  const ids = fc.oneof(fc.constantFrom(...known), fc.stringMatching(/^[0-9A-Za-z-]{1,40}$/));
  return fc
    .record({
      id: ids,
      query: texts('query'),
      headers: texts('header'),
      body:
        operation.body === undefined
          ? fc.constant(undefined)
          : fc.option(valid(at(operation.body)), { nil: undefined }),
    })
    .map(({ id, query, headers, body }) => ({ path: { id }, query: Object.entries(query), headers, body }));
}

/** A header carries no line breaks and nothing beyond one byte. */
function carried(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?');
}

const HEADER_NAMES = [
  'if-none-match',
  'prefer',
  'idempotency-key',
  'last-event-id',
  'accept',
  'content-encoding',
  'x-y',
];
const latin = evilText.map((text) => text.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '').slice(0, 2_000));

/** Requests as somebody sends them who means harm. */
function hostileParts(operation: Operation): fc.Arbitrary<Parts> {
  const names = parametersIn(operation, 'query').map((one) => one.name);
  return fc.record(
    {
      path: fc.record({ id: fc.oneof(evilSegment, fc.constant(ENDED_ID)) }),
      query: fc.array(fc.tuple(fc.oneof(fc.constantFrom('limit', 'cursor', ...names), evilText), evilText), {
        maxLength: 4,
      }),
      headers: fc.dictionary(
        fc.constantFrom(...HEADER_NAMES),
        fc.oneof(latin, fc.array(latin, { minLength: 2, maxLength: 3 })),
        { maxKeys: 3 },
      ),
      raw: fc.option(evilBody, { nil: undefined }),
    },
    { requiredKeys: ['path', 'query', 'headers'] },
  ) as fc.Arbitrary<Parts>;
}

async function asks(rig: Rig, ask: Ask, operation: Operation): Promise<Reply> {
  const reply = await rig.ask(ask);
  const fault = judge(reply, operation);
  if (fault !== undefined) throw new Error(`${ask.method} ${ask.path.slice(0, 200)}: ${fault}`);
  return reply;
}

describe('every operation of openapi/slash32.yaml', () => {
  it('is more than a few', () => {
    expect(OPERATIONS.length).toBeGreaterThanOrEqual(25);
  });

  it.each(OPERATIONS)('%s answers as it is written when asked as it is written', async (_id, operation) => {
    const rig = await startRig();
    const statuses = new Set<number>();
    const property = fc.asyncProperty(validParts(operation), fc.boolean(), fc.boolean(), async (parts, waits, held) => {
      Object.assign(rig.service, { waits, held, paused: held });
      rig.service.put(runningRun());
      const reply = await asks(rig, asked(operation, parts), operation);
      expect([200, 202, 304, 404, 409, 422, 503], reply.text).toContain(reply.status);
      statuses.add(reply.status);
    });
    await fc.assert(property, { numRuns: RUNS });
    expect([...statuses].some((status) => status < 300 || status === 503)).toBe(true);
    expect(rig.defects).toEqual([]);
  });

  it.each(OPERATIONS)('%s refuses each parameter that does not fit, and names it', async (_id, operation) => {
    const rig = await startRig();
    const query = parametersIn(operation, 'query').map((one) => one.name);
    for (const name of query) {
      const parts = { path: {}, query: [[name, '\u0000💥'] as const], headers: {} };
      const reply = await asks(rig, asked(operation, parts), operation);
      const isText = name in NAMED;
      expect(reply.status, name).toBe(isText ? 422 : 400);
      if (!isText) expect(reply.json).toMatchObject({ problems: [{ in: 'query', at: `/${name}` }] });
      const twice = { path: {}, query: [[name, '1'] as const, [name, '2'] as const], headers: {} };
      expect((await asks(rig, asked(operation, twice), operation)).status, `${name} twice`).toBe(400);
      const empty = { path: {}, query: [[name, ''] as const], headers: {} };
      expect((await asks(rig, asked(operation, empty), operation)).status, `${name} empty`).toBe(400);
    }
    const unknown = await asks(rig, asked(operation, { path: {}, query: [['nothing', '1']], headers: {} }), operation);
    expect(unknown.json).toMatchObject({ code: 'S32_HTTP_REQUEST', problems: [{ in: 'query', at: '/nothing' }] });
    for (const one of parametersIn(operation, 'path')) {
      const reply = await asks(
        rig,
        asked(operation, { path: { [one.name]: 'a%20b' }, query: [], headers: {} }),
        operation,
      );
      expect(reply.status).toBe(400);
    }
  });

  it.each(OPERATIONS.filter(([, one]) => one.body !== undefined))('%s refuses a wrong body', async (_id, operation) => {
    const rig = await startRig();
    const properties = Object.keys((schemaOf(operation).properties ?? {}) as object);
    const property = fc.asyncProperty(fc.constantFrom(...properties), evilJson, async (name, value) => {
      const reply = await asks(
        rig,
        asked(operation, { path: {}, query: [], headers: {}, body: { [name]: value } }),
        operation,
      );
      expect([200, 202, 400, 409]).toContain(reply.status);
    });
    await fc.assert(property, { numRuns: RUNS });
    for (const name of properties) {
      const reply = await asks(
        rig,
        asked(operation, { path: {}, query: [], headers: {}, body: { [name]: { a: 1 } } }),
        operation,
      );
      expect(reply.json, name).toMatchObject({ code: 'S32_HTTP_REQUEST' });
      expect(reply.text, name).toContain(`"at":"/${name}"`);
    }
    for (const body of [null, [], 'text', 7, { unknown: 1 }, JSON.parse('{"__proto__":{"force":true}}')]) {
      const reply = await asks(rig, asked(operation, { path: {}, query: [], headers: {}, body }), operation);
      expect(reply.status, JSON.stringify(body)).toBe(400);
    }
    expect(rig.defects).toEqual([]);
  });

  it.each(OPERATIONS)('%s survives whatever is thrown at it', async (_id, operation) => {
    const rig = await startRig();
    const property = fc.asyncProperty(hostileParts(operation), async (parts) => {
      const ask = asked(operation, parts);
      // A path that is none of this operation any more is answered as one that is unknown.
      const reply = await rig.ask(ask);
      const fault = judge(reply, operation) === undefined ? undefined : judge(reply, undefined);
      expect(fault, `${ask.method} ${ask.path.slice(0, 200)}`).toBeUndefined();
    });
    await fc.assert(property, { numRuns: RUNS });
    expect(rig.defects).toEqual([]);
    expect(rig.service.asked.every(({ actor }) => actor.name === 'admin')).toBe(true);
    expect(({} as Record<string, unknown>).force).toBeUndefined();
  });

  it.each(OPERATIONS)('%s says what it takes when asked with another method', async (_id, operation) => {
    const rig = await startRig();
    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND']) {
      const reply = await rig.ask({ ...asked(operation, { path: {}, query: [], headers: {} }), method });
      expect(judge(reply, undefined), method).toBeUndefined();
      expect(reply.status).toBe(405);
      expect(reply.headers.allow).toContain(operation.method.toUpperCase());
      expect(reply.headers['access-control-allow-origin']).toBeUndefined();
    }
    if (operation.method === 'get') {
      const head = await rig.ask({ ...asked(operation, { path: {}, query: [], headers: {} }), method: 'HEAD' });
      expect(judge(head, operation, true)).toBeUndefined();
    }
  });

  it.each(OPERATIONS)('%s tells nothing of a defect', async (_id, operation) => {
    const service = fakeService();
    service.broken = new TypeError('cannot read /etc/secret of s32_admin');
    const rig = await startRig({
      service,
      health: () => {
        throw service.broken;
      },
      metrics: async () => Promise.reject(service.broken),
    });
    service.schedules =
      service.runs =
      service.reading =
      service.confirm =
      service.rollback =
        () => {
          throw service.broken;
        };
    const reply = await rig.ask(asked(operation, { path: {}, query: [], headers: {} }));
    if (operation.id === 'getVersion') return expect(reply.status).toBe(200);
    expect(reply.json).toMatchObject({ status: 500, code: 'S32_DEFECT' });
    expect(reply.headers['content-type']).toContain('application/problem+json');
    expect(reply.text).not.toMatch(/secret|s32_admin|TypeError|node_modules|\.ts|\.js:/);
    expect(rig.defects).toEqual([service.broken]);
  });
});

describe('what is at no address of the contract', () => {
  it.each([
    '/',
    '/v1',
    '/v1/',
    '/v1/nothing',
    '/v1/status/',
    '/v2/status',
    '//v1/status',
    '/v1/runs/a/b/c',
    '/openapi',
    '/docs/x',
  ])('%s is a problem as well', async (path) => {
    const rig = await startRig();
    const reply = await rig.ask({ path, token: TOKENS.admin });
    expect(judge(reply, undefined)).toBeUndefined();
    expect(reply.status).toBe(404);
  });

  it.each(['/docs/%2e%2e/package.json', '/docs/..%2fpackage.json', '/docs/index.html', '/docs/package.json'])(
    '%s leads out of nothing',
    async (path) => {
      const rig = await startRig();
      const reply = await rig.ask({ path });
      expect(judge(reply, undefined)).toBeUndefined();
      expect(reply.status).toBe(404);
    },
  );
});

function schemaOf(operation: Operation): Readonly<Record<string, unknown>> {
  const schema = at(operation.body ?? '#/');
  return typeof schema.$ref === 'string' ? at(schema.$ref) : schema;
}
