import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SOURCE_KINDS } from '../../../src/inventory/registry.js';

describe.each(SOURCE_KINDS.map((kind) => [kind.key, kind] as const))('the source %s', (key, kind) => {
  it('is asked for what every source promises', () => {
    expect(
      existsSync(join(import.meta.dirname, '..', key, 'contract.test.ts')),
      `test/inventory/${key}/contract.test.ts`,
    ).toBe(true);
  });

  it('needs no more than its example, and names its place', () => {
    const source = kind.build(kind.example, { file: (name) => name, secret: (name) => name });
    expect(source).toMatchObject({
      kind: kind.key,
      place: expect.stringMatching(/\S/),
      via: expect.stringMatching(/^[a-z]+$/),
    });
  });

  it('has a key that a file, a flag and a heading can have', () => {
    expect(key).toMatch(/^[a-z][a-z0-9]{0,31}$/);
  });
});
