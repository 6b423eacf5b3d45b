import fc from 'fast-check';
import { expect, it } from 'vitest';
import { inColumns, laid } from '../../src/plan/render/columns.js';

it('stands in one line where there is room, and in a pipe', () => {
  expect(inColumns(['a', 'b'], [['one', 'two three']])).toBe('a    b\none  two three\n');
});

it('goes on in the next line where there is none', () => {
  const rows = [['20261123T010000Z-aaaaaa', 'instance-created default/web', 'applied']];
  expect(inColumns(['run', 'why', 'outcome'], rows, 50)).toBe(
    [
      'run                      why               outcome',
      '20261123T010000Z-aaaaaa  instance-created  applied',
      '                         default/web',
      '',
    ].join('\n'),
  );
});

it('keeps to the width that it has, and loses no word', () => {
  const word = fc.stringMatching(/^[a-z]{1,30}$/);
  const row = fc.tuple(...[1, 2, 3, 4].map(() => fc.array(word, { maxLength: 8 }).map((words) => words.join(' '))));
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 5 }), fc.integer({ min: 40, max: 160 }), (rows, width) => {
      const text = inColumns(['a', 'b', 'c', 'd'], rows, width);
      expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(width);
      const letters = (given: string): string => [...given.replace(/[^a-z]/g, '')].toSorted().join('');
      expect(letters(text)).toBe(letters(`abcd${rows.flat().join('')}`));
    }),
  );
});

it('breaks a sentence at blanks only, stands in from the second line on, and loses nothing', () => {
  const word = fc.stringMatching(/^[a-z]{1,50}$/);
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 30 }), fc.integer({ min: 20, max: 90 }), (words, width) => {
      const lines = laid(`  ${words.join(' ')}`, width, 6);
      for (const [at, line] of lines.entries()) {
        expect(line).toMatch(at === 0 ? /^ {2}\S/ : /^ {6}\S/);
        if (line.length > width) expect(line.trim()).not.toContain(' ');
      }
      expect(lines.map((line) => line.trim()).join(' ')).toBe(words.join(' '));
      expect(laid(`  ${words.join(' ')}`, undefined, 6)).toEqual([`  ${words.join(' ')}`]);
    }),
  );
});
