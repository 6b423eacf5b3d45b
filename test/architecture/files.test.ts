import { expect, it } from 'vitest';
import { readSources } from './sources.js';

const MOST_LINES = 300;
const WISHED_LINES = 250;

/** What is generated is as long as the contract that it is generated from. */
const LENGTHS = readSources()
  .filter((file) => !file.path.startsWith('http/generated/'))
  .map((file) => ({ path: file.path, lines: file.text.trimEnd().split('\n').length }));

it('keeps every file short enough to have one job', () => {
  const long = LENGTHS.filter((file) => file.lines > WISHED_LINES && file.lines <= MOST_LINES);
  for (const file of long) process.stderr.write(`src/${file.path} has ${file.lines} lines: split it soon\n`);
  const wrong = LENGTHS.filter((file) => file.lines > MOST_LINES).map(
    (file) => `src/${file.path}: ${file.lines} lines`,
  );
  expect(wrong, `more than ${MOST_LINES} lines: split the file`).toEqual([]);
});
