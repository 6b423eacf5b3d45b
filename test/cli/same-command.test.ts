import { expect, it } from 'vitest';
import { applyCommand } from '../../src/cli/same-command.js';

const SUM = '0123456789abcdef';

it.each([
  [{ config: 'slash32.yaml' }, `slash32 apply --checksum ${SUM}`],
  [{ config: '/etc/slash32/fw 1.yaml' }, `slash32 apply --checksum ${SUM} --config '/etc/slash32/fw 1.yaml'`],
  [
    { config: 'slash32.yaml', inventory: 'list.json', complete: true, segment: ['a', 'b'], adopt: true as const },
    `slash32 apply --checksum ${SUM} --inventory list.json --complete --segment a b --adopt`,
  ],
  [
    {
      config: 'slash32.yaml',
      instance: ["it's"],
      adopt: ['10.0.0.1'],
      force: true,
      acceptLockoutRisk: true,
      acceptNew: true,
      onBackup: true,
    },
    `slash32 apply --checksum ${SUM} --instance 'it'\\''s' --adopt 10.0.0.1 --force --accept-lockout-risk --accept-new --on-backup`,
  ],
])('the command that does what was planned names every option that had a say: %o', (options, expected) => {
  expect(applyCommand(options, SUM)).toBe(expected);
});
