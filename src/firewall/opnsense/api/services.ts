import { Slash32Error } from '../../../errors/slash32-error.js';
import type { CallOptions, OpnsenseClient } from '../http/client.js';
import { asSlash32 } from '../http/effects.js';
import { unexpected } from '../http/judge.js';
import { asRow, textField } from './rows.js';

/** Paths of the calls that make a written configuration take effect. */
export const SERVICE_PATHS = {
  restart: '/api/dhcpv4/service/restart',
  status: '/api/dhcpv4/service/status',
  neighbours: '/api/interfaces/neighbor_settings/reconfigure',
} as const;

/** What OPNsense says about dhcpd; `unknown` also where it cannot say because there are no DHCP settings at all. */
export type DhcpState = 'running' | 'stopped' | 'disabled' | 'unknown';

/** Asks for dhcpd's state. Needs page-all, like every call of this file: a 403 before the write keeps it from being made. */
export async function dhcpState(client: OpnsenseClient, call?: CallOptions): Promise<DhcpState> {
  const described = client.describe('GET', SERVICE_PATHS.status);
  try {
    const status = textField(asRow(await client.get(SERVICE_PATHS.status, call)), 'status');
    if (status === 'running' || status === 'stopped' || status === 'disabled' || status === 'unknown') return status;
    throw unexpected(described, 'DHCP status');
  } catch (error) {
    const failure = asSlash32(error);
    if (failure.code === 'S32_OPNSENSE_FIREWALL_ERROR') return 'unknown';
    if (failure.code !== 'S32_OPNSENSE_NO_ENDPOINT') throw failure;
    throw new Slash32Error('S32_OPNSENSE_NO_ISC', {
      message: 'The firewall has no ISC DHCPv4: its service call does not exist.',
      where: described.where,
    });
  }
}

/** Restarts dhcpd. OPNsense answers OK even when dhcpd refuses its configuration: ask {@link dhcpState} afterwards. */
export async function restartDhcp(client: OpnsenseClient): Promise<void> {
  const answer = asRow(await client.post(SERVICE_PATHS.restart, {}, { slow: true }));
  requireOk(client, SERVICE_PATHS.restart, textField(answer, 'response'));
}

/** Makes OPNsense set the static ARP entries: a restart alone leaves new ones out (docs/facts.md, "ISC dhcpd under OPNsense"). */
export async function configureNeighbours(client: OpnsenseClient): Promise<void> {
  const answer = asRow(await client.post(SERVICE_PATHS.neighbours, {}, { slow: true }));
  requireOk(client, SERVICE_PATHS.neighbours, textField(answer, 'status'));
}

function requireOk(client: OpnsenseClient, path: string, said: string): void {
  if (said.trim().toUpperCase() === 'OK') return;
  const described = client.describe('POST', path);
  throw new Slash32Error('S32_OPNSENSE_FIREWALL_ERROR', {
    message: `${described.host} answers "${said.trim().slice(0, 100)}" instead of OK.`,
    where: described.where,
  });
}
