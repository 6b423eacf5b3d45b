import { Slash32Error } from '../../errors/slash32-error.js';
import type { Target } from '../../model/firewall.js';
import { instanceName } from '../../model/instance.js';
import { parseDescription } from '../../model/marker.js';
import { writtenReservation } from '../../model/reservation.js';
import type { PlanSettings } from '../../model/settings.js';
import type { PlanInput } from '../../plan/types.js';
import type { RunOptions } from '../types/run.js';

/** Refuses a segment that is not configured: its plan would silently be empty. Throws `S32_NO_MATCH`. */
export function refuseUnknownSegments(options: RunOptions, settings: PlanSettings): void {
  const known = settings.segments.map((segment) => segment.name);
  const unknown = options.segments.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new Slash32Error('S32_NO_MATCH', {
    message: `There is no segment "${unknown}" in the configuration; there is ${known.join(', ')}.`,
    where: `segment ${unknown}`,
  });
}

/** Refuses what only the plugin can do, where the firewall is reached otherwise. Throws `S32_RUN_OPTIONS`. */
export function refuseUnsupported(options: RunOptions, target: Target, name: string): void {
  if (target.commit !== undefined) return;
  const asked = [
    ...(options.confirmSeconds === undefined ? [] : ['a time to confirm']),
    ...(options.confirm ? [] : ['leaving the confirmation to somebody else']),
    ...(options.takeOver ? ['taking over the owner id'] : []),
  ];
  if (asked.length === 0) return;
  throw new Slash32Error('S32_RUN_OPTIONS', {
    message: `This run asks for ${asked.join(' and ')}, which only the plugin os-slash32 can do.`,
    where: name,
  });
}

/** Refuses an instance, a MAC or an address that neither side knows. Throws `S32_NO_MATCH`. */
export function refuseUnknownNames({ only, adopt, inventory, observed }: PlanInput): void {
  const entries = observed.segments.flatMap((state) => state.reservations);
  const instances = new Set(inventory.instances.map(instanceName));
  for (const { description } of entries) {
    const { marker } = parseDescription(description);
    if (marker !== undefined) instances.add(`${marker.project}/${marker.instance}`);
  }
  const unknown = only.instances.find((name) => !instances.has(name));
  if (unknown !== undefined)
    throw noMatch('instance', unknown, `There is no instance "${unknown}", and no reservation of ours for one.`);
  if (typeof adopt === 'string') return;
  const known = new Set(entries.map(writtenReservation).flatMap(({ mac, address }) => [mac.toLowerCase(), address]));
  const strange = adopt.find((one) => !known.has(one.toLowerCase()));
  if (strange !== undefined)
    throw noMatch('adopt', strange, `No reservation of the firewall has the MAC or the address "${strange}".`);
}

function noMatch(option: string, value: string, message: string): Slash32Error {
  return new Slash32Error('S32_NO_MATCH', { message, where: `${option} ${value}` });
}
