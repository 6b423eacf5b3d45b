import { expect, it } from 'vitest';
import { readSources } from './sources.js';

const MOST_LINES = 300;
const WISHED_LINES = 250;

/** What is generated is as long as the contract that it is generated from. */
const LENGTHS = ['src', 'tools']
  .flatMap((folder) => readSources(folder).map(({ path, text }) => ({ path: `${folder}/${path}`, text })))
  .filter(({ path }) => !path.startsWith('src/http/generated/'))
  .map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }));

it('keeps every file short enough to have one job', () => {
  const long = LENGTHS.filter((file) => file.lines > WISHED_LINES && file.lines <= MOST_LINES);
  for (const file of long) process.stderr.write(`${file.path} has ${file.lines} lines: split it soon\n`);
  const wrong = LENGTHS.filter((file) => file.lines > MOST_LINES).map((file) => `${file.path}: ${file.lines} lines`);
  expect(wrong, `more than ${MOST_LINES} lines: split the file`).toEqual([]);
});
