import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import { createLibvirtSource } from '../../../src/inventory/libvirt/source.js';

it.each<[string, (path: string) => void]>([
  ['a pipe that nobody writes to', (path) => execFileSync('mkfifo', [path])],
  ['a device without an end', (path) => symlinkSync('/dev/zero', path)],
])('takes %s in the folder for a machine that is not known, and reads the others', async (_what, make) => {
  const folder = mkdtempSync(join(tmpdir(), 'slash32-odd-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  make(join(folder, 'a.xml'));
  writeFileSync(join(folder, 'b.xml'), '<domain><name>web</name><devices/></domain>');
  const source = createLibvirtSource({ path: folder, complete: true }, { stdin: Readable.from([]) });
  const { instances, projects } = await source.read(new AbortController().signal, () => undefined);
  expect(instances.map(({ name }) => name)).toEqual(['web']);
  expect(projects).toMatchObject([{ complete: false, reason: expect.stringContaining('is no plain file') }]);
});
