import { Slash32Error } from '../../../errors/slash32-error.js';
import type { OpnsenseClient } from '../http/client.js';
import { asSlash32 } from '../http/effects.js';
import { configureNeighbours, dhcpState, restartDhcp } from './services.js';

const SECOND_LOOK = 2000;

/** Waits that many milliseconds. */
export type Wait = (milliseconds: number) => Promise<void>;

/**
 * Restarts DHCP and sets the ARP entries for what is already written. `needed` is false when no interface has DHCP, so
 * that a dhcpd that does not run is as it should be. Every failure says that the configuration itself was left alone.
 */
export async function settleServices(
  client: OpnsenseClient,
  needed: boolean,
  wait: Wait,
  progress: (step: string) => void,
): Promise<void> {
  progress('Restarting DHCP');
  await step(() => restartDhcp(client), 'The configuration was left alone; whether DHCP was restarted is not known.');
  const running = await step(
    () => isRunning(client, wait),
    'The configuration was left alone; DHCP was told to restart, but its state is not known.',
  );
  if (!running && needed)
    throw new Slash32Error('S32_DHCP_DOWN', {
      message: 'dhcpd does not run after its restart.',
      effect: 'The configuration was left alone. DHCP does not answer on any segment.',
      hint: 'See Services > ISC DHCPv4 > Log File on the firewall for the line that dhcpd refused.',
    });
  progress('Setting the ARP entries');
  await step(() => configureNeighbours(client), 'DHCP was restarted; the static ARP entries are not set yet.');
}

/** Whether dhcpd runs; looks a second time after a while when it does not or cannot be asked. */
export async function isRunning(client: OpnsenseClient, wait: Wait): Promise<boolean> {
  try {
    if ((await dhcpState(client)) === 'running') return true;
  } catch (error) {
    asSlash32(error);
  }
  await wait(SECOND_LOOK);
  return (await dhcpState(client)) === 'running';
}

async function step<T>(action: () => Promise<T>, effect: string): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const failure = asSlash32(error);
    throw new Slash32Error(failure.code, {
      message: failure.message,
      ...(failure.where === undefined ? {} : { where: failure.where }),
      effect,
      hint: failure.hint,
    });
  }
}
