import { expect, it } from 'vitest';
import { widthOf } from '../../src/cli/width.js';

it.each([
  ['the width of a terminal', { isTTY: true, columns: 132 }, 132],
  ['the usual one where a terminal says none', { isTTY: true }, 80],
  ['the usual one where it says 0, as one without a window does', { isTTY: true, columns: 0 }, 80],
  ['none in a pipe', {}, undefined],
])('is %s', (_what, stdout, expected) => {
  expect(widthOf({ stdout } as never)).toBe(expected);
});
