import { describe, expect, it } from 'vitest';
import { readAccess } from '../../../src/inventory/incus/access.js';
import type { IncusClient } from '../../../src/inventory/incus/client.js';
import { readProjects } from '../../../src/inventory/incus/projects.js';
import { judgeViews, type ViewFacts } from '../../../src/inventory/incus/views.js';

const ALL = { scope: 'all', why: '', projects: undefined } as const;
const RESTRICTED = { scope: 'projects', why: 'restricted', projects: ['shop'] } as const;
const UNKNOWN = { scope: 'unknown', why: 'signed in by oidc', projects: undefined } as const;

function facts(more: Partial<ViewFacts>): ViewFacts {
  return {
    access: ALL,
    declared: undefined,
    visible: ['default', 'shop'],
    fault: undefined,
    projectFaults: new Map(),
    ...more,
  };
}

describe('how far projects were seen', () => {
  it.each<[string, Partial<ViewFacts>, Record<string, boolean>, boolean]>([
    ['everything', {}, { default: true, shop: true }, true],
    ['everything, one declared', { declared: ['shop'] }, { shop: true }, false],
    ['everything, a declared one missing', { declared: ['shop', 'nope'] }, { shop: true, nope: false }, false],
    ['everything, nothing declared but a list', { declared: [] }, {}, false],
    ['restricted, undeclared', { access: RESTRICTED, visible: ['shop'] }, { shop: false }, false],
    [
      'restricted, declared and visible',
      { access: RESTRICTED, visible: ['shop'], declared: ['shop'] },
      { shop: true },
      false,
    ],
    [
      'restricted, declared and hidden',
      { access: RESTRICTED, visible: ['shop'], declared: ['lab'] },
      { lab: false },
      false,
    ],
    ['unknown permissions, even declared', { access: UNKNOWN, declared: ['shop'] }, { shop: false }, false],
    ['a cluster fault spoils all', { fault: 'node2 is away' }, { default: false, shop: false }, false],
    ['a fault of one project', { projectFaults: new Map([['shop', 'a move']]) }, { default: true, shop: false }, true],
    [
      'a fault of a project that is not listed',
      { projectFaults: new Map([['new', 'x']]) },
      { default: true, shop: true, new: false },
      false,
    ],
  ])('%s', (_case, more, complete, allProjects) => {
    const views = judgeViews(facts(more));
    expect(Object.fromEntries(views.projects.map((view) => [view.name, view.complete]))).toEqual(complete);
    expect(views.allProjects).toBe(allProjects);
    for (const view of views.projects) expect(view.reason === undefined).toBe(view.complete);
  });
});

describe('how much we may see', () => {
  const server = { version: '7.0.2', clustered: false, authName: 'abc', fingerprint: undefined };

  function clientWith(list: unknown): IncusClient {
    return { endpoint: 'x', get: async () => list, post: async () => undefined, close: () => undefined };
  }

  it.each([
    ['root over the socket', 'unix', [], 'all'],
    ['an unrestricted certificate', 'tls', [{ fingerprint: 'abc', restricted: false }], 'all'],
    ['a restricted certificate', 'tls', [{ fingerprint: 'abc', restricted: true, projects: ['shop'] }], 'projects'],
    ['a certificate without a word about restriction', 'tls', [{ fingerprint: 'abc' }], 'projects'],
    ['a certificate that is not in the list', 'tls', [{ fingerprint: 'other', restricted: false }], 'projects'],
    ['no list', 'tls', null, 'projects'],
    [
      'a sign-in whose permissions may hide single instances',
      'oidc',
      [{ fingerprint: 'abc', restricted: false }],
      'unknown',
    ],
  ])('%s', async (_case, authMethod, list, scope) => {
    const access = await readAccess(clientWith(list), { ...server, authMethod }, new AbortController().signal);
    expect(access.scope).toBe(scope);
  });
});

describe('the list of projects', () => {
  it('names the instances of the project itself only', () => {
    const used_by = [
      '/1.0/instances/a?project=shop',
      '/1.0/instances/b',
      '/1.0/images/x',
      '/1.0/instances/a/snapshots/s?project=shop',
    ];
    expect(readProjects([{ name: 'shop', used_by }])).toEqual([{ name: 'shop', instances: ['a'] }]);
    expect(readProjects([{ name: 'default', used_by }])).toEqual([{ name: 'default', instances: ['b'] }]);
  });

  it('is not one when an entry has no name', () => {
    expect(readProjects([{ name: 'shop' }, {}])).toBeUndefined();
    expect(readProjects(['/1.0/projects/shop'])).toBeUndefined();
    expect(readProjects({})).toBeUndefined();
  });

  it('may lack used_by', () => {
    expect(readProjects([{ name: 'shop' }])).toEqual([{ name: 'shop', instances: undefined }]);
  });
});
