import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createConfig, lint } from '@redocly/openapi-core';
import { describe, expect, it } from 'vitest';
import { OPERATIONS } from '../../src/http/operations.js';
import { createCompiler, schemaAt } from '../../src/http/schemas.js';
import { CONTRACT } from './rig.js';

const FILE = fileURLToPath(new URL('../../openapi/slash32.yaml', import.meta.url));
const GENERATOR = fileURLToPath(new URL('../../scripts/openapi-types.js', import.meta.url));
type Node = Readonly<Record<string, unknown>>;

/** Every schema of the document, with where it stands. */
function schemas(node: unknown, path: string): [string, Node][] {
  if (typeof node !== 'object' || node === null) return [];
  const own: [string, Node][] = 'type' in node && typeof node.type === 'string' ? [[path, { ...node }]] : [];
  return [...own, ...Object.entries(node).flatMap(([key, value]) => schemas(value, `${path}/${key}`))];
}

describe('openapi/slash32.yaml', () => {
  it('has nothing that the recommended rules of Redocly object to', async () => {
    const config = await createConfig({ extends: ['recommended'] });
    const problems = await lint({ ref: FILE, config });
    expect(problems.map((one) => `${one.location[0]?.pointer}: ${one.ruleId}: ${one.message}`)).toEqual([]);
  });

  it('has somebody who answers for each operation, and nobody who answers for none', () => {
    expect(Object.keys(OPERATIONS).sort()).toEqual(CONTRACT.operations.map((one) => one.id).sort());
  });

  it('gives examples that fit', () => {
    const compile = createCompiler(CONTRACT, 'json');
    const all = Object.entries((CONTRACT.document.components as { schemas: Readonly<Record<string, Node>> }).schemas);
    const examples = all.flatMap(([name, { examples }]) =>
      ((examples ?? []) as unknown[]).map((one) => [name, one] as const),
    );
    expect(examples.length).toBeGreaterThan(5);
    for (const [name, example] of examples) {
      const validate = compile(schemaAt(`#/components/schemas/${name}`));
      expect(validate(structuredClone(example)) || validate.errors, name).toBe(true);
    }
  });

  it('is where the types of the handlers come from', () => {
    execFileSync(process.execPath, [GENERATOR, '--check'], { stdio: 'inherit' });
  });

  it('says of every object whether it may have more members', () => {
    const open = schemas(CONTRACT.document, '#').filter(
      ([, schema]) => schema.type === 'object' && schema.additionalProperties === undefined,
    );
    // The plan has a schema of its own, in docs/reference/.
    expect(open.map(([path]) => path)).toEqual(['#/components/schemas/Plan']);
  });

  it('sets an end to every text, list and number that a client may send', () => {
    const sent = [
      ...schemas((CONTRACT.document.components as Node).parameters, 'parameters'),
      ...schemas(((CONTRACT.document.components as Node).schemas as Node).RunRequest, 'RunRequest'),
      ...schemas(((CONTRACT.document.components as Node).schemas as Node).PauseRequest, 'PauseRequest'),
      ...schemas(CONTRACT.document.paths, 'paths').filter(([path]) => /parameters/.test(path)),
    ];
    const endless = sent.filter(([, schema]) => {
      if (schema.enum !== undefined) return false;
      if (schema.type === 'string') return schema.maxLength === undefined && !String(schema.pattern).includes('{');
      if (schema.type === 'array') return schema.maxItems === undefined;
      return schema.type === 'integer' && (schema.maximum === undefined || schema.minimum === undefined);
    });
    expect(endless.map(([path]) => path)).toEqual([]);
  });
});
