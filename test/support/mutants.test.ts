import { describe, expect, it } from 'vitest';
import { mutantsOf } from '../../scripts/mutants.js';

function texts(source: string): string[] {
  return mutantsOf(source).map(({ text }) => text);
}

describe('the mutants of a source text', () => {
  it.each([
    ['turn a comparison round', 'a === b;\n', ['a !== b;\n']],
    ['move a bound by one', 'a < b;\n', ['a <= b;\n']],
    ['make and or', 'a && b;\n', ['a || b;\n']],
    ['turn an order round', 'list.sort((a, b) => a - b);\n', ['list.sort((a, b) => b - a);\n']],
    ['leave a guard out', '  if (a) return b;\n', ['  \n']],
    ['leave texts alone', "say('a === b && c');\n", []],
    ['leave comments alone', '// a === b\n/* a && b */\n', []],
  ])('%s', (_what, source, expected) => {
    expect(texts(source)).toEqual(expected);
  });

  it('come one at a time, in the order of the text, each with its line', () => {
    const found = mutantsOf('a === b;\nc && d;\n');
    expect(found.map(({ line, before }) => [line, before])).toEqual([
      [1, 'a === b;'],
      [2, 'c && d;'],
    ]);
    expect(found.map(({ text }) => text)).toEqual(['a !== b;\nc && d;\n', 'a === b;\nc || d;\n']);
  });
});
