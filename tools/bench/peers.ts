import { readFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import axios from 'axios';
import { parseKeyFile } from '../../src/firewall/opnsense/http/key-file.js';
import { formatAddress } from '../../src/model/address.js';
import type { SimulatorPlaces } from './simulators.js';

/** What the one-call-per-object way took. */
export interface PeerRun {
  readonly calls: number;
  /** Milliseconds, waiting included. */
  readonly wall: number;
}

/** Writes `count` hosts one at a time and reloads after each, as the peers of slash32 do (one addHost, one reconfigure). */
export async function runPeers(places: SimulatorPlaces, count: number): Promise<PeerRun> {
  const key = parseKeyFile(await readFile(places.keyFile, 'utf8'), places.keyFile);
  const httpAgent = new Agent({ keepAlive: true });
  const http = axios.create({
    baseURL: `${places.firewallUrl}/api/dnsmasq`,
    auth: { username: key.key, password: key.secret },
    httpAgent,
    proxy: false,
  });
  const start = performance.now();
  let calls = 0;
  try {
    for (let index = 0; index < count; index += 1) {
      const tail = index
        .toString(16)
        .padStart(6, '0')
        .replace(/(..)(?=.)/g, '$1:');
      const host = { host: `peer-${index}`, ip: formatAddress(0x0a780001 + index), hwaddr: `02:00:00:${tail}` };
      const saved = await http.post<{ result?: string }>('/settings/addHost', { host });
      if (saved.data.result !== 'saved') throw new Error(`addHost answered ${JSON.stringify(saved.data)}`);
      await http.post('/service/reconfigure', {});
      calls += 2;
    }
  } finally {
    httpAgent.destroy();
  }
  return { calls, wall: performance.now() - start };
}
