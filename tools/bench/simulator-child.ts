import { type Simulators, startSimulators } from './simulators.js';

/** What the parent asks of this process. */
export type SimulatorOrder = 'reset' | 'counts' | 'close';

/** Runs the simulators in a process of their own, so that their work is not counted as slash32's. */
async function main(): Promise<void> {
  const [folder, count] = process.argv.slice(2);
  if (folder === undefined || process.send === undefined) throw new Error('started by hand; it is a part of the bench');
  const simulators = await startSimulators({ folder, count: Number(count) });
  process.on('message', (order: SimulatorOrder) => void obey(simulators, order));
  process.on('disconnect', () => process.exit());
  const { firewallUrl, keyFile, socket, instancesFile, firstConfig } = simulators;
  process.send({ firewallUrl, keyFile, socket, instancesFile, firstConfig });
}

async function obey(simulators: Simulators, order: SimulatorOrder): Promise<void> {
  if (order === 'counts') process.send?.(await simulators.counts());
  else if (order === 'reset') process.send?.({ done: await simulators.reset() });
  else {
    await simulators.close();
    process.disconnect();
  }
}

await main();
