import { validate as isCron } from 'node-cron';
import { parseAddress } from '../model/address.js';
import { checkEnds } from './ends.js';
import type { Finding } from './problem.js';
import { addressFinding, checkSegments } from './segment-rules.js';
import { suggest } from './suggest.js';

/**
 * What a schema cannot say about slash32.yaml. Works on a file that the schema refused too, so that a person sees all
 * mistakes at once; whatever has the wrong type is passed over here.
 */
export function checkRules(value: Readonly<Record<string, unknown>>): Finding[] {
  return [
    ...checkEnds(value),
    ...checkSegments(value.segments),
    ...checkProtect(value.protect),
    ...checkPinProjects(value),
    ...checkSchedule(value.schedule),
  ];
}

function checkProtect(protect: unknown): Finding[] {
  if (!Array.isArray(protect)) return [];
  return protect.flatMap((address: unknown, index) =>
    typeof address === 'string' && parseAddress(address) === undefined
      ? [addressFinding(address, ['protect', index])]
      : [],
  );
}

/** A pin for a project that is not looked at is a slip of the pen. */
function checkPinProjects(value: Readonly<Record<string, unknown>>): Finding[] {
  const projects = record(value.incus).projects;
  if (!Array.isArray(projects)) return [];
  const names = projects.map(String);
  return Object.entries(record(value.segments)).flatMap(([segment, fields]) =>
    Object.keys(record(record(fields).pins))
      .filter((project) => !names.includes(project))
      .map((project): Finding => {
        const near = suggest(project, names);
        return {
          path: ['segments', segment, 'pins', project],
          at: 'key',
          message: `'${project}' is not one of incus.projects.`,
          hint: near === undefined ? `They are: ${names.join(', ')}.` : `Did you mean '${near}'?`,
        };
      }),
  );
}

function checkSchedule(schedule: unknown): Finding[] {
  const { reconcile, timezone } = record(schedule);
  const findings: Finding[] = [];
  if (typeof reconcile === 'string' && !isCron(reconcile))
    findings.push({
      path: ['schedule', 'reconcile'],
      at: 'value',
      message: `'reconcile' is not a cron expression: ${reconcile.slice(0, 60)}.`,
      hint: 'Write minute, hour, day, month, weekday: "0 3 * * *" is every day at 3:00, "*/15 * * * *" every 15 minutes.',
    });
  if (typeof timezone === 'string' && !isTimezone(timezone)) {
    const near = suggest(timezone, Intl.supportedValuesOf('timeZone'));
    findings.push({
      path: ['schedule', 'timezone'],
      at: 'value',
      message: `'timezone' is not a known time zone: ${timezone.slice(0, 60)}.`,
      hint: near === undefined ? 'Write a name like Europe/Berlin or UTC.' : `Did you mean '${near}'?`,
    });
  }
  return findings;
}

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
