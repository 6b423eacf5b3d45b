import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { SimulatorOrder } from './simulator-child.js';
import type { CallCounts, SimulatorOptions, SimulatorPlaces, Simulators } from './simulators.js';

/** Like `startSimulators`, in a child process. One call at a time. */
export async function forkSimulators({ folder, count }: SimulatorOptions): Promise<Simulators> {
  const program = fileURLToPath(new URL('./simulator-child.js', import.meta.url));
  const child = fork(program, [folder, String(count)], { execArgv: [] });
  const places = (await answer(child)) as SimulatorPlaces;
  const ask = (order: SimulatorOrder): Promise<unknown> => {
    const pending = answer(child);
    child.send(order);
    return pending;
  };
  return {
    ...places,
    reset: async () => void (await ask('reset')),
    counts: async () => (await ask('counts')) as CallCounts,
    async close() {
      const gone = once(child, 'exit');
      child.send('close');
      await gone;
    },
  };
}

/** The next message; throws when the process ends instead of sending one. */
function answer(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`the simulators ended with code ${code}`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message);
    });
  });
}
