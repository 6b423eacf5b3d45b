import { isRecord } from '../../../schema/record.js';

/** What an event says may have changed. A hint only: whoever gets it reads everything anew. */
export interface EventHint {
  /** `instance-created`. */
  readonly action: string;
  /** What it is about, for people: of an instance, a profile, a network or a project; empty where it is not said. */
  readonly name: string;
  /** For people; empty where it is not said. */
  readonly project: string;
  /** For people, cut and with invisible characters made visible: `instance-created default/web-1`. */
  readonly reason: string;
  /** Whether an instance may be asking for its lease already. */
  readonly urgent: boolean;
}

/** Why an event is passed over. */
export type Passed = 'not-lifecycle' | 'other-action' | 'move' | 'unreadable';

/** Actions after which the inventory may be another one (docs/facts.md, "Incus: events"). Too many do no harm: reading is cheap. */
const RELEVANT = new Set([
  'instance-created',
  'instance-deleted',
  'instance-renamed',
  'instance-updated',
  'instance-started',
  'instance-restarted',
  'instance-restored',
  'instance-migrated',
  'network-created',
  'network-updated',
  'network-renamed',
  'network-deleted',
  'profile-updated',
  'profile-renamed',
  'profile-deleted',
  'project-created',
  'project-updated',
  'project-renamed',
  'project-deleted',
]);

/** `instance-created` comes before the image is unpacked, so there is time to be first. */
const URGENT = new Set(['instance-created', 'instance-started', 'instance-restored']);

/** The name that an instance has in the middle of a move to another pool. Somebody's own `move-of-house` is not one. */
const MOVE_GHOST = /^move-of-\d+$/;

/** In characters; Incus's own names have 63 at most. */
const LONGEST_NAME = 64;
const LONGEST_REASON = 160;

/**
 * What an event of Incus means, as the websocket and the webhook logger send it: a hint, or why it is passed over. Never
 * throws, whatever it is given.
 */
export function classifyEvent(message: unknown): EventHint | Passed {
  if (!isRecord(message) || typeof message.type !== 'string') return 'unreadable';
  if (message.type !== 'lifecycle') return 'not-lifecycle';
  const { metadata } = message;
  if (!isRecord(metadata) || typeof metadata.action !== 'string') return 'unreadable';
  const { action } = metadata;
  if (!RELEVANT.has(action)) return 'other-action';
  const rawName = nameOf(metadata);
  // The ghost of a move to another pool: the real name follows (docs/facts.md, "Incus: events").
  if (MOVE_GHOST.test(rawName)) return 'move';
  const name = shown(rawName, LONGEST_NAME);
  const project = shown(projectOf(message, metadata), LONGEST_NAME);
  const what = [project, name].filter((part) => part !== '').join('/');
  const reason = shown(what === '' ? action : `${action} ${what}`, LONGEST_REASON);
  return { action, name, project, reason, urgent: URGENT.has(action) };
}

/** Network, profile and project events have no name of their own, only the path of what they are about. */
function nameOf(metadata: Readonly<Record<string, unknown>>): string {
  if (typeof metadata.name === 'string') return metadata.name;
  const path = textOr(metadata.source, '').split('?')[0] ?? '';
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A project is not in a project, though its events carry its own name as one. */
function projectOf(message: Readonly<Record<string, unknown>>, metadata: Readonly<Record<string, unknown>>): string {
  if (textOr(metadata.action, '').startsWith('project-')) return '';
  return textOr(metadata.project, textOr(message.project, ''));
}

function textOr(value: unknown, fallback: string): string {
  return typeof value === 'string' ? value : fallback;
}

/** A terminal and a log obey what they are sent; half of a surrogate pair is no character at all. */
function shown(text: string, longest: number): string {
  const escaped = text
    .slice(0, 4 * longest)
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`);
  const characters = [...escaped];
  return characters.length <= longest ? escaped : `${characters.slice(0, longest - 1).join('')}…`;
}
