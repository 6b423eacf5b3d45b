import { createHash } from 'node:crypto';
import { Slash32Error } from '../../errors/slash32-error.js';
import { nicName } from '../../model/instance.js';
import { parseDescription } from '../../model/marker.js';
import { writtenReservation } from '../../model/reservation.js';
import { segmentFinder } from '../../model/standing-place.js';
import { refuseUnknown } from '../../plan/asked-names.js';
import { planDocument } from '../../plan/document.js';
import type { Plan, SegmentPlan } from '../../plan/types.js';
import type { Reading } from '../../service/types/run.js';
import type * as api from '../generated/messages.js';
import type { Answer, ApiDeps, Handler } from '../types.js';
import { pageOf, textOf } from './page.js';

export const getPlan: Handler<api.Plan> = ({ values }, deps) => {
  const { plan } = readingOf(deps);
  return tagged({ status: 200, body: planDocument(plan) }, values.header['if-none-match'], plan.checksum);
};

export const listSegments: Handler<api.SegmentList> = (_request, deps) => ({
  status: 200,
  body: { items: readingOf(deps).plan.segments.map(segmentView) },
});

export const listInstances: Handler<api.InstanceList> = ({ values }, deps) => {
  const { inventory, plan } = readingOf(deps);
  const { project, segment } = values.query;
  refuseSegment(segment, plan);
  if (typeof project === 'string') refuseUnknown('project', [project], projectsOf(inventory));
  const segmentOf = segmentFinder(plan.segments);
  const assigned = new Map(plan.segments.flatMap((one) => one.assignments.map((at) => [at.nic, at] as const)));
  const leftOut = new Map(
    plan.segments.flatMap((one) => one.leftOut.map(({ nic, message }) => [nic, message] as const)),
  );
  const items = inventory.instances
    .filter((one) => project === undefined || one.project === project)
    .map(({ project: owner, name, uuid, status, nics }) => ({
      project: owner,
      name,
      uuid: uuid ?? '',
      status,
      nics: nics.map((nic) => {
        const id = nicName({ project: owner, name }, nic.name);
        const { address, why } = assigned.get(id) ?? {};
        const segment = segmentOf(nic)?.name;
        const { name: device, network, mac, isolated } = nic;
        return { name: device, network, mac, isolated, segment, address, why: why ?? leftOut.get(id) };
      }),
    }))
    .filter((one) => segment === undefined || one.nics.some((nic) => nic.segment === segment))
    .toSorted((a, b) => compare(`${a.project}/${a.name}`, `${b.project}/${b.name}`));
  return tagged({ status: 200, body: pageOf(items, values.query) }, values.header['if-none-match']);
};

export const listReservations: Handler<api.ReservationList> = ({ values }, deps) => {
  const { observed, plan } = readingOf(deps);
  const { segment, of } = values.query;
  refuseSegment(segment, plan);
  const segments = new Map(plan.segments.map((one) => [one.interface, one.name]));
  const items = observed.segments
    .flatMap((state) =>
      state.reservations.map(writtenReservation).map(
        ({ mac, address, hostname, description }): api.Reservation => ({
          interface: state.interface,
          segment: segments.get(state.interface),
          mac,
          address,
          hostname,
          description,
          of: parseDescription(description).marker?.owner === plan.owner ? 'ours' : 'foreign',
        }),
      ),
    )
    .filter((one) => (segment === undefined || one.segment === segment) && (of === 'all' || one.of === of));
  return tagged({ status: 200, body: pageOf(items, values.query) }, values.header['if-none-match']);
};

/** What the last look found. Throws `S32_HTTP_NO_READING` before there was one. */
export function readingOf({ service }: ApiDeps): Reading {
  const reading = service.reading();
  if (reading !== undefined) return reading;
  throw new Slash32Error('S32_HTTP_NO_READING', { message: 'The service has not read both sides yet.' });
}

/** Refuses a query for a segment that is not configured. Throws `S32_NO_MATCH`. */
export function refuseSegment(segment: unknown, { segments }: Pick<Plan, 'segments'>): void {
  if (typeof segment !== 'string') return;
  refuseUnknown(
    'segment',
    [segment],
    segments.map((one) => one.name),
  );
}

function projectsOf({ projects, instances }: Reading['inventory']): string[] {
  return [...new Set([...projects.map((one) => one.name), ...instances.map((one) => one.project)])].sort();
}

function segmentView(segment: SegmentPlan): api.Segment {
  const { name, network, vlan, interface: id, description, subnet, error, foreign, unchanged } = segment;
  return {
    name,
    network,
    vlan,
    interface: id,
    description,
    subnet,
    error: error?.message,
    changes: segment.changes.length,
    leftOut: segment.leftOut.length,
    warnings: segment.warnings.length,
    foreign,
    unchanged,
  };
}

/** Adds the ETag, and leaves the body out where the client has it already (RFC 9110 §13.1.2). */
function tagged<T>(answer: Answer<T>, known: unknown, name?: string): Answer<T> {
  const tag = `"${name ?? createHash('sha256').update(JSON.stringify(answer.body)).digest('hex').slice(0, 32)}"`;
  const headers = { ETag: tag };
  const held = (textOf(known) ?? '').split(',').map((one) => one.trim().replace(/^W\//, ''));
  return held.includes(tag) || held.includes('*') ? { status: 304, headers } : { ...answer, headers };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
