import type { PlanInput, Warning } from './types.js';

/**
 * Who may act for the owner, where the firewall can bind an owner to the key of one of its users: that another user is the one, so
 * that nothing can be applied, or that every key is. An owner that it has never seen is bound by his first apply. Pure.
 */
export function ownerKeyWarnings({ settings: { owner }, observed: { memory } }: PlanInput): Warning[] {
  if (memory?.bindings === undefined) return [];
  const { rows, remedy } = memory.bindings;
  const bound = rows.find((one) => one.owner === owner);
  const { user } = memory;
  if (bound !== undefined) {
    if (user === undefined || bound.user === user) return [];
    const message = `Only the key of the user ${bound.user} may act for the owner ${owner}, and this key is of ${user}: the firewall refuses an apply. Use a key of ${bound.user}, or change the line of ${owner} ${remedy}.`;
    return [{ code: 'owner-bound', message }];
  }
  if (!memory.owners.some((one) => one.owner === owner)) return [];
  const line = `${owner} ${user ?? 'USER'}`;
  const message = `Any key with the privilege of the plugin may act for the owner ${owner}: bind him to the user of this key with the line "${line}" ${remedy}.`;
  return [{ code: 'owner-unbound', message }];
}
