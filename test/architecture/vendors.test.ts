import { describe, expect, it } from 'vitest';
import { SOURCE_KINDS } from '../../src/inventory/registry.js';
import { readSources } from './sources.js';

const CORE = readSources().filter(({ path }) => /^(model|plan|policy)\//.test(path));
/** Words of hypervisors: the core is told what to call things (`SourceTerms`). */
const OF_SOURCES = [
  ...SOURCE_KINDS.map(({ key }) => key),
  'lxd',
  'hwaddr',
  'virsh',
  'qemu',
  'proxmox',
  'user.slash32',
  'security.',
  'volatile.',
];

describe('the core', () => {
  it.each(OF_SOURCES)('has no word of a source: %s', (word) => {
    const pattern = new RegExp(`(?<![a-z])${word.replaceAll('.', '\\.')}`, 'i');
    const found = CORE.flatMap(({ path, text }) =>
      text
        .split('\n')
        .flatMap((line, index) => (pattern.test(line) ? [`src/${path}:${index + 1}: ${line.trim()}`] : [])),
    );
    expect(found).toEqual([]);
  });

  it('looks at every folder of it', () => {
    expect(new Set(CORE.map(({ path }) => path.split('/')[0]))).toEqual(new Set(['model', 'plan', 'policy']));
  });
});
