import { isRecord } from '../../schema/record.js';
import type { Run } from '../types/run.js';
import type { JournalRecord } from './types.js';

/** What a line of the journal is. */
export type ParsedLine =
  | { readonly kind: 'record'; readonly record: JournalRecord }
  /** Of a kind that a later version writes. */
  | { readonly kind: 'later' }
  /** Torn by a crash, or not from slash32. */
  | { readonly kind: 'broken' };

const BROKEN: ParsedLine = { kind: 'broken' };

/** Judges one line; a record that is given back has everything that its readers touch. */
export function parseLine(line: string): ParsedLine {
  const value = parseJson(line);
  if (!isRecord(value) || typeof value.kind !== 'string') return BROKEN;
  switch (value.kind) {
    case 'run-started':
    case 'run-ended':
      return isRun(value.run) ? { kind: 'record', record: { kind: value.kind, run: value.run } } : BROKEN;
    case 'audit':
      return isAudit(value.audit) ? { kind: 'record', record: value as unknown as JournalRecord } : BROKEN;
    case 'run-settled':
      return hasTexts(value, ['at', 'runId', 'outcome', 'note'])
        ? { kind: 'record', record: value as unknown as JournalRecord }
        : BROKEN;
    case 'pause':
    case 'hold':
      return isRecord(value.actor) && typeof value.at === 'string'
        ? { kind: 'record', record: value as unknown as JournalRecord }
        : BROKEN;
    default:
      return { kind: 'later' };
  }
}

/** Fields whose value was undefined are not there: JSON has no undefined. */
function isRun(value: unknown): value is Run {
  return (
    isRecord(value) &&
    hasTexts(value, ['id', 'state', 'queuedAt']) &&
    isActor(value.actor) &&
    isRecord(value.options) &&
    typeof value.triggerCount === 'number' &&
    isListOf(value.triggers, (one) => isRecord(one) && hasTexts(one, ['kind', 'reason', 'at'])) &&
    isListOf(value.changes, isText) &&
    isListOf(value.notes, isText) &&
    isListOf(value.log, (one) => isRecord(one) && hasTexts(one, ['at', 'level', 'message'])) &&
    isAbsentOr(value.plan, (plan) => hasTexts(plan, ['checksum']) && typeof plan.changes === 'number') &&
    isAbsentOr(value.failure, (failure) => hasTexts(failure, ['code', 'message', 'effect', 'hint'])) &&
    ['startedAt', 'endedAt', 'outcome', 'revisionBefore', 'revisionAfter', 'undoneAt', 'idempotencyKey'].every(
      (name) => value[name] === undefined || isText(value[name]),
    )
  );
}

function isAudit(value: unknown): boolean {
  return isRecord(value) && hasTexts(value, ['at', 'action', 'outcome']) && isActor(value.actor);
}

function isActor(value: unknown): boolean {
  return isRecord(value) && hasTexts(value, ['kind', 'name', 'from']);
}

function hasTexts(value: Readonly<Record<string, unknown>>, names: readonly string[]): boolean {
  return names.every((name) => isText(value[name]));
}

function isAbsentOr(value: unknown, test: (value: Readonly<Record<string, unknown>>) => boolean): boolean {
  return value === undefined || (isRecord(value) && test(value));
}

function isListOf(value: unknown, test: (one: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(test);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
