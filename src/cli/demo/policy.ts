import { EXIT } from '../../plan/exit.js';
import { runExplain } from '../explain.js';
import type { Io } from '../io.js';
import { runReach } from '../reach.js';
import { runTests } from '../test-policy.js';

/** Asks the firewall of the demo what its policy made of it. Returns the exit code. */
export async function walkPolicy(
  io: Io,
  config: { readonly config: string },
  step: (command: string, what: string) => void,
): Promise<number> {
  step('slash32 explain shop/shopfront orders-db tcp/5432', 'whether it passes, and by which line');
  await runExplain(io, 'shop/shopfront', 'orders-db', 'tcp/5432', config);
  step('slash32 explain lab/git orders-db tcp/5432', 'of somebody whom no statement names');
  await runExplain(io, 'lab/git', 'orders-db', 'tcp/5432', config);
  step('slash32 reach --to tag:db', 'who can reach the database');
  await runReach(io, { ...config, to: 'tag:db' });
  step('slash32 test', 'the tests of the policy, against the firewall as a whole');
  const tested = await runTests(io, config);
  return tested === EXIT.done ? EXIT.done : EXIT.error;
}
