import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openDisk } from '../../src/sim/opnsense/disk.js';
import { node, parseConfig } from '../../src/sim/opnsense/node.js';

const BY = { username: 'root@192.0.2.1', description: 'a test' };

function openTestDisk() {
  const folder = mkdtempSync(join(tmpdir(), 'slash32-bench-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return openDisk(folder, '<opnsense><system><hostname>fw</hostname></system></opnsense>');
}

it('remembers what the file means exactly as a fresh parse of it', () => {
  const disk = openTestDisk();
  const root = disk.read();
  root.children.push(
    node('blank', ' \n '),
    node('empty', []),
    { name: 'both', attributes: { uuid: 'a"b&c' }, children: [node('in', 'x')], text: 'lost' },
    node('text', ' Büro & <söhne>\r\n\t "quoted" '),
  );
  disk.save(root, BY);
  expect(disk.read()).toEqual(parseConfig(disk.readText()));
});

it('hands out a copy each time, and sees what somebody else wrote into the file', () => {
  const disk = openTestDisk();
  const root = disk.read();
  disk.save(root, BY);
  root.children.length = 0;
  disk.read().children.length = 0;
  expect(disk.read().children.length).toBeGreaterThan(0);
  writeFileSync(disk.path, '<opnsense><other/></opnsense>');
  expect(disk.read().children.map(({ name }) => name)).toEqual(['other']);
});
