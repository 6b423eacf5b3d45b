import type { PolicyChange, RedirectEntry } from '../../model/policy-entries.js';
import type { PublishPlace, PublishScope } from '../../model/write-scope.js';
import type { CompiledRedirect } from './types.js';

type Taken = Pick<RedirectEntry, 'interface' | 'protocol' | 'ports' | 'destination'>;

/** What may not stand where it is asked for: why, by key, and the redirects among them that stand there already. */
export interface Disallowed {
  /** Redirects that would be new there. */
  readonly fresh: ReadonlyMap<string, string>;
  readonly standing: readonly { readonly redirect: CompiledRedirect; readonly reason: string }[];
}

/**
 * Redirects of ours where the firewall's side lets none stand. One that takes the same packets already goes on standing: nobody is
 * cut off by a list. Pure.
 */
export function disallowedRedirects(
  wanted: readonly CompiledRedirect[],
  changes: readonly PolicyChange[],
  scope: PublishScope | undefined,
): Disallowed {
  if (scope === undefined) return { fresh: new Map(), standing: [] };
  const out = wanted.filter(({ entry }) => !scope.places.some((place) => covers(place, entry)));
  const made = new Map(changes.flatMap((one) => (one.kind === 'redirect' ? [[one.key, one] as const] : [])));
  const stands = ({ key, entry }: CompiledRedirect): boolean => {
    const change = made.get(key);
    return change === undefined || (change.before?.enabled === true && isSame(change.before.entry, entry));
  };
  return {
    fresh: new Map(out.filter((one) => !stands(one)).map((one) => [one.key, reasonOf(one.entry, scope)])),
    standing: out.filter(stands).map((redirect) => ({ redirect, reason: reasonOf(redirect.entry, scope) })),
  };
}

function covers(place: PublishPlace, { interface: id, protocol, ports }: Taken): boolean {
  return place.interface === id && place.protocol === protocol && place.from <= ports.from && ports.to <= place.to;
}

function isSame(one: Taken, other: Taken): boolean {
  const [a, b] = [one, other].map(({ interface: id, protocol, ports, destination }) =>
    JSON.stringify([id, protocol, ports.from, ports.to, destination.not, destination.parts]),
  );
  return a === b;
}

function reasonOf({ interface: id, protocol, ports }: Taken, { remedy }: PublishScope): string {
  const what = `${protocol}/${ports.from === ports.to ? ports.from : `${ports.from}-${ports.to}`}`;
  return `the plugin lets no publish stand on ${what} of ${id}; add the line "${id} ${what}" ${remedy}`;
}
