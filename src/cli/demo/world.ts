import { join } from 'node:path';
import { createSimHouse, FIREWALL_MACS } from '../../sim/incus/house.js';
import { setConfig } from '../../sim/incus/operations.js';
import { type SimIncus, startSimIncus } from '../../sim/incus/server.js';
import { createServerCertificate } from '../../sim/incus/wire.js';
import { type SimOpnsense, startSimOpnsense } from '../../sim/opnsense/start.js';

/** A simulated Incus and a simulated OPNsense with its plugin, joined by MAC addresses as the real ones would be. */
export interface DemoWorld {
  readonly incus: SimIncus;
  readonly firewall: SimOpnsense;
  close(): Promise<void>;
}

/** What is asked of the world. */
export interface WorldOptions {
  /** Where the simulated firewall keeps its config.xml. */
  readonly folder: string;
  /** Instances carry the tags of {@link SAMPLE_POLICY}, and the plugin lets it publish. */
  readonly hasPolicy?: boolean;
  /** The firewall shows a certificate that it made for itself, as a new one does; without, it speaks plain HTTP. */
  readonly isSecure?: boolean;
  /** Free ones unless named. */
  readonly ports?: { readonly incus: number; readonly firewall: number };
}

/** A policy that says something about the instances of the world. */
export const SAMPLE_POLICY = `groups:
  web: [default/proxy/eth0, "tag:web"]
  db: ["tag:db"]
tagOwners:
  web: [project:shop]
  db: [project:shop]
policy:
  - { from: web, to: db, allow: [tcp/5432] }
  - { from: "segment:servers", to: internet, allow: [tcp/80, tcp/443] }
publish:
  - { name: site, port: tcp/443, to: default/proxy/eth0, port_to: 8443 }
tests:
  - { from: web, to: db, accept: [tcp/5432], deny: [tcp/22] }
  - { name: nobody outside reaches the database, from: internet, to: db, deny: [any] }
`;

/** Starts both. */
export async function startWorld(options: WorldOptions): Promise<DemoWorld> {
  const state = createSimHouse();
  if (options.hasPolicy === true) {
    setConfig(state, 'shop', 'shopfront', 'user.slash32.tags', 'web');
    setConfig(state, 'shop', 'orders-db', 'user.slash32.tags', 'db');
  }
  const incus = await startSimIncus({ state, https: true, httpsPort: options.ports?.incus ?? 0 });
  try {
    const firewall = await startFirewall(options);
    return {
      incus,
      firewall,
      close: async () => void (await Promise.all([incus.close(), firewall.close()])),
    };
  } catch (error) {
    await incus.close();
    throw error;
  }
}

async function startFirewall(options: WorldOptions): Promise<SimOpnsense> {
  const identity = options.isSecure === true ? createServerCertificate() : undefined;
  const firewall = await startSimOpnsense({
    folder: join(options.folder, 'opnsense'),
    segments: [
      { id: 'opt1', description: 'dmz', address: '10.1.0.1' },
      { id: 'opt2', description: 'edge', address: '10.2.0.1' },
      { id: 'opt3', description: 'servers', address: '10.3.0.1' },
    ],
    plugin: {
      interfaces: ['opt1', 'opt2', 'opt3'],
      publishes: options.hasPolicy === true ? ['wan tcp/443'] : [],
    },
    port: options.ports?.firewall ?? 0,
    ...(identity === undefined ? {} : { tls: { cert: identity.certificate, key: identity.key } }),
  });
  firewall.setMac('vtnet2', FIREWALL_MACS.dmz);
  firewall.setMac('vtnet3', FIREWALL_MACS.edge);
  firewall.setMac('vtnet4', FIREWALL_MACS.servers);
  return firewall;
}
