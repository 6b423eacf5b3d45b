import type { Severity } from '../../findings/entry.js';
import type { Finding } from '../../service/types/finding.js';
import type * as api from '../generated/messages.js';
import type { Handler } from '../types.js';
import { pageOf } from './page.js';

const WEIGHT: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

export const getVersion: Handler<api.Version> = (_request, { version }) => ({
  status: 200,
  body: { name: 'slash32', version, api: 'v1' },
});

export const getStatus: Handler<api.Status> = (_request, { service }) => ({ status: 200, body: service.status() });

export const getHealth: Handler<api.Health> = (_request, { health }) => ({ status: 200, body: health() });

export const getLiveness: Handler<api.Liveness> = (_request, { health }) => {
  const { alive } = health();
  return { status: alive ? 200 : 503, body: { alive } };
};

/** Says which checks fail and not why: this one is for everybody. */
export const getReadiness: Handler<api.Readiness> = (_request, { health }) => {
  const { ready, checks } = health();
  const reasons = checks.filter((one) => !one.ok).map((one) => one.check);
  return { status: ready ? 200 : 503, body: { ready, reasons } };
};

export const getMetrics: Handler = async (_request, { metrics }) => ({
  status: 200,
  text: { type: 'text/plain; version=0.0.4; charset=utf-8', content: await metrics() },
});

export const listFindings: Handler<api.FindingList> = ({ values }, { service }) => {
  const sorted = service.findings().toSorted((a: Finding, b: Finding) => WEIGHT[a.severity] - WEIGHT[b.severity]);
  return { status: 200, body: pageOf(sorted, values.query) };
};

export const listSchedules: Handler<api.ScheduleList> = (_request, { service }) => ({
  status: 200,
  body: { items: service.schedules() },
});
