import type { Observed } from '../../model/firewall.js';
import type { Ledger, PendingApply, SettledPending } from '../../model/ledger.js';
import { applyId } from '../../secrets/apply-id.js';

/** What a reading says about an apply of ours that nobody had confirmed. */
export type Unconfirmed =
  | {
      readonly kind: 'waiting';
      readonly id: string;
      readonly checksum: string;
      readonly until: string;
      /** Whether its sender meant to confirm it by itself. */
      readonly confirms: boolean;
    }
  | {
      readonly kind: 'undone';
      readonly id: string;
      readonly checksum: string;
      /** `rolled_back`, `expired`, `restored`, `rebooted`. */
      readonly how: string;
    }
  | undefined;

const KEPT: ReadonlySet<string> = new Set(['pending', 'confirmed', 'kept']);

/** Reads that off what the ledger remembers and what the firewall says. Pure. */
export function unconfirmedOf(pending: PendingApply | undefined, observed: Observed): Unconfirmed {
  if (pending === undefined || observed.memory === undefined) return undefined;
  const id = applyId(pending.token);
  const { checksum } = pending;
  const waiting = observed.memory.waiting.find((one) => one.id === id);
  if (waiting !== undefined)
    return { kind: 'waiting', id, checksum, until: waiting.until, confirms: pending.wait === true };
  const how = observed.memory.applies.find((one) => one.id === id)?.outcome;
  return how === undefined || KEPT.has(how) ? undefined : { kind: 'undone', id, checksum, how };
}

/** The last apply that was left unconfirmed, where it was undone, whoever was told so by the firewall. */
export function undoneOf({ settled }: Pick<Ledger, 'settled'>): SettledPending | undefined {
  return settled === undefined || settled.how === 'unknown' || KEPT.has(settled.how) ? undefined : settled;
}

/** How an undone apply ended, for people. */
export function howUndone(how: string): string {
  return HOW[how] ?? `ended as ${how}`;
}

const HOW: Readonly<Record<string, string>> = {
  rolled_back: 'rolled back by somebody',
  expired: 'not confirmed in time, so that the firewall rolled it back',
  restored: 'undone by the firewall, because DHCP did not come up healthy with it',
  rebooted: 'rolled back by a reboot of the firewall',
};
