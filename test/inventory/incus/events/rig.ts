import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createSelfSignedCertificate } from '../../../../src/inventory/incus/certificate.js';
import type { IncusEndpoint } from '../../../../src/inventory/incus/client.js';
import { type StreamDeps, startEventStream } from '../../../../src/inventory/incus/events/stream.js';
import type { ChangeHint, StreamState } from '../../../../src/inventory/listening.js';
import { type SimIncus, startSimIncus } from '../../../../src/sim/incus/server.js';
import { temporaryFolder } from '../../../cli/harness.js';
import { until } from '../../../support/until.js';

/** What one stream told. */
export interface Heard {
  /** The reasons of the hints. */
  readonly hints: string[];
  readonly connected: boolean[];
  readonly states: StreamState[];
  /** What became of each message. */
  readonly results: string[];
  readonly stop: () => void;
  /** The state of now. */
  readonly state: () => StreamState | undefined;
}

/** Listens with short waits until the test is over. */
export function listen(endpoint: () => Promise<IncusEndpoint>, deps: Partial<StreamDeps> = {}): Heard {
  const hints: string[] = [];
  const connected: boolean[] = [];
  const states: StreamState[] = [];
  const results: string[] = [];
  const stop = startEventStream(
    endpoint,
    {
      onHint: (hint: ChangeHint) => void hints.push(hint.reason),
      onConnected: (first) => void connected.push(first),
      onState: (state) => void states.push(state),
      onMessage: (result) => void results.push(result),
    },
    {
      now: () => new Date(),
      random: () => 0,
      backoff: { firstMs: 20, longestMs: 100 },
      limits: { openMs: 1000, silentMs: 25_000 },
      ...deps,
    },
  );
  onTestFinished(stop);
  return { hints, connected, states, results, stop, state: () => states.at(-1) };
}

/** A simulated Incus on a socket, which nobody listens to yet. */
export async function startSocketSim(name = 'incus.sock'): Promise<{ sim: SimIncus; endpoint: IncusEndpoint }> {
  const path = join(await temporaryFolder(), name);
  const sim = await startSimIncus({ socket: path });
  onTestFinished(() => sim.close());
  return { sim, endpoint: { kind: 'socket', path } };
}

/** The same with a stream that is up. */
export async function startScene(deps: Partial<StreamDeps> = {}): Promise<{ sim: SimIncus; heard: Heard }> {
  const { sim, endpoint } = await startSocketSim();
  const heard = listen(async () => endpoint, deps);
  await until('it is up', () => heard.connected.length === 1);
  return { sim, heard };
}

/** A client certificate of today. */
export function createClient(): { cert: string; key: string } {
  const day = 86_400_000;
  const { certificate, key } = createSelfSignedCertificate({
    commonName: 'slash32',
    usage: 'client',
    notBefore: new Date(Date.now() - day),
    notAfter: new Date(Date.now() + day),
  });
  return { cert: certificate, key };
}
