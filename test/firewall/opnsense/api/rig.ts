import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  type ApiTarget,
  type ApiTargetOptions,
  createApiTarget,
} from '../../../../src/firewall/opnsense/api/target.js';
import { parseKeyFile } from '../../../../src/firewall/opnsense/http/key-file.js';
import type { Change } from '../../../../src/model/change.js';
import type { ApplyResult, Observed } from '../../../../src/model/firewall.js';
import { createRedactor, type Redactor } from '../../../../src/secrets/redactor.js';
import type { FaultKind } from '../../../../src/sim/opnsense/fault-injection.js';
import { type SimOpnsense, type SimOpnsenseOptions, startSimOpnsense } from '../../../../src/sim/opnsense/start.js';

/** A simulated firewall and a target on it, gone when the test is over. */
export interface Rig {
  readonly sim: SimOpnsense;
  readonly target: ApiTarget;
  readonly redactor: Redactor;
}

/** A fresh folder that goes with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'slash32-sim-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export async function startRig(
  sim: Partial<SimOpnsenseOptions> & { readonly user?: string } = {},
  target: Partial<ApiTargetOptions> = {},
): Promise<Rig> {
  const { user, ...rest } = sim;
  const started = await startSimOpnsense({ folder: temporaryFolder(), ...rest });
  onTestFinished(() => started.close());
  const redactor = createRedactor();
  return { sim: started, redactor, target: targetFor(started, redactor, target, user) };
}

export function targetFor(
  sim: SimOpnsense,
  redactor: Redactor,
  options: Partial<ApiTargetOptions> = {},
  user?: string,
): ApiTarget {
  return createApiTarget({
    url: sim.url,
    key: parseKeyFile(sim.keyFile(user)),
    trust: { ca: undefined, fingerprint: undefined },
    redactor,
    allowUntestedVersion: false,
    timeoutMs: 60_000,
    slowTimeoutMs: 15_000,
    wait: () => Promise.resolve(),
    ...options,
  });
}

/** Short time limits for a fault that is waited out, long ones otherwise, so that a busy machine changes nothing. */
export function patience(kind: FaultKind): Partial<ApiTargetOptions> {
  return kind === 'timeout' ? { timeoutMs: 700, slowTimeoutMs: 700 } : {};
}

export function observe(target: ApiTarget): Promise<Observed> {
  return target.observe(new AbortController().signal, () => {});
}

export function apply(
  target: ApiTarget,
  base: Observed,
  changes: readonly Change[],
  signal: AbortSignal = new AbortController().signal,
): Promise<ApplyResult> {
  return target.apply({ base, changes, message: 'test', progress: () => {}, signal });
}

/** A reservation to create on opt1. */
export function createOn(id: string, mac: string, address: string, hostname: string): Change {
  return {
    kind: 'reservation',
    action: 'create',
    segment: id,
    interface: id,
    nic: `default/${hostname}/eth0`,
    before: undefined,
    after: {
      mac,
      address,
      hostname,
      description: `${hostname} & <Café> [slash32:home:default/${hostname}/eth0:a2432d30]`,
      arpEntry: false,
    },
    reason: 'a test',
  };
}

/** The managed state of one interface with one reservation. */
export function manageFully(id: string, range: string): Change[] {
  const common = { kind: 'setting', segment: id, interface: id, reason: 'a test' } as const;
  return [
    { ...common, setting: 'mask', before: null, after: '255.255.255.255' },
    { ...common, setting: 'deny_unknown', before: false, after: true },
    { ...common, setting: 'mac_allow', before: null, after: '02:00:00:00:00:00' },
    {
      ...common,
      setting: 'range',
      before: { from: range.replace(/\d+$/, '210'), to: range.replace(/\d+$/, '240') },
      after: { from: range, to: range },
    },
    { ...common, setting: 'static_arp', before: 'off', after: 'on' },
  ];
}
