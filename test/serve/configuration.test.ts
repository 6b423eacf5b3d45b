import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import { readConfiguration } from '../../src/config/configuration-file.js';
import { createRedactor } from '../../src/secrets/redactor.js';
import { reconcilerConfiguration } from '../../src/serve/configuration.js';

const NOW = new Date('2026-11-23T08:00:00Z');
const YAML = `version: 1
owner: home
incus: { file: instances.json, complete: true }
opnsense: { transport: file, path: config.xml }
segments:
  servers: { network: servers, interface: opt1, manage: [reservations, rules] }
policy_files: [policy.yaml]
`;
const POLICY = `policy:
  - { from: segment:servers, to: internet, allow: [tcp/443] }
`;

/** What is said of a file after it was read and then written anew. */
function afterwards(yaml: string, policy: string) {
  const folder = mkdtempSync(join(tmpdir(), 'slash32-reread-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, text: string): void => {
    writeFileSync(join(folder, `${name}.new`), text);
    renameSync(join(folder, `${name}.new`), join(folder, name));
  };
  const path = join(folder, 'slash32.yaml');
  write('slash32.yaml', YAML);
  write('policy.yaml', POLICY);
  const deps = {
    env: {},
    stdin: new PassThrough(),
    now: () => NOW,
    random: () => 0,
    redactor: createRedactor(),
    onIncusCall: () => undefined,
    onFirewallCall: () => undefined,
  };
  const { onDisk } = reconcilerConfiguration(path, readConfiguration(path, NOW), deps, undefined);
  expect(onDisk?.()).toBeUndefined();
  write('slash32.yaml', yaml);
  write('policy.yaml', policy);
  return onDisk?.();
}

it.each([
  ['a comment', `# ours\n${YAML}`, POLICY],
  ['line ends', YAML.replaceAll('\n', '\r\n'), POLICY],
  ['blanks and quotes', YAML.replace('owner: home', 'owner:   "home"'), POLICY],
  ['a default written out', `${YAML}retain: 24h\n`, POLICY],
  ['a comment of a policy file', YAML, `${POLICY}# ours\n`],
])('takes a file that differs by %s alone for the one that was read', (_what, yaml, policy) => {
  expect(afterwards(yaml, policy)).toBeUndefined();
});

it.each([
  ['a value', `${YAML}retain: 25h\n`, POLICY],
  ['a step', YAML.replace('reservations, rules', 'reservations, mask, rules'), POLICY],
  ['the source', YAML.replace('complete: true', 'complete: false'), POLICY],
  ['the kind of source', YAML.replace('incus: { file: instances.json', 'libvirt: { path: instances.json'), POLICY],
  ['the firewall', YAML.replace('config.xml', 'other.xml'), POLICY],
  ['a statement of a policy file', YAML, POLICY.replace('443', '444')],
  ['the line of a statement, which stands on the firewall', YAML, `# ours\n${POLICY}`],
])('takes a file that differs by %s for another one', (_what, yaml, policy) => {
  expect(afterwards(yaml, policy)).toEqual({ failure: undefined });
});
