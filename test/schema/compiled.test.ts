import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { askingFiles, compiledText, schemasOf } from '../../scripts/compiled-schemas.js';
import { lazily } from '../../src/schema/compile.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SCHEMAS = await schemasOf(ROOT, askingFiles(ROOT));

it('finds the schema of every file that has one', () => {
  expect(SCHEMAS.length).toBeGreaterThanOrEqual(askingFiles(ROOT).length);
});

it.each(SCHEMAS)(
  'the build makes of the schema "$name" what is compiled where the program runs from its sources',
  ({ name, schema, options }) => {
    const built = evaluate(compiledText({ name, schema, options }));
    const here = lazily(schema, options)();
    const judged = (validate: ValidateFunction, text: string): unknown => {
      const value: unknown = JSON.parse(text);
      const isValid = validate(value);
      return { isValid, errors: isValid ? [] : validate.errors, value };
    };
    fc.assert(
      fc.property(valueFor(schema), (value) => {
        const text = JSON.stringify(value);
        expect(judged(built, text)).toEqual(judged(here, text));
      }),
      { numRuns: 50 },
    );
  },
);

function evaluate(text: string): ValidateFunction {
  const module: { exports: ValidateFunction | undefined } = { exports: undefined };
  new Function('module', 'exports', 'require', text)(module, {}, createRequire(import.meta.url));
  return module.exports ?? expect.unreachable();
}

/** Values of the words of the schema, so that they come some way through it before anything is wrong with them. */
function valueFor(schema: object): fc.Arbitrary<unknown> {
  const words = wordsOf(schema);
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4, depthSize: 'medium' },
      fc.oneof(fc.constantFrom(...words), fc.integer(), fc.boolean(), fc.constant(null), fc.string()),
      fc.dictionary(fc.constantFrom(...words), tie('value'), { maxKeys: 8 }),
      fc.array(tie('value'), { maxLength: 3 }),
    ),
  }));
  return value;
}

/** Keys and fixed values. */
function wordsOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return typeof schema === 'string' ? [schema] : [];
  return [...Object.keys(schema), ...Object.values(schema).flatMap(wordsOf)].filter((one) => one.length < 30);
}
