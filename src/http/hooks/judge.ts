import { createHash } from 'node:crypto';
import { classifyEvent, type EventHint, type Passed } from '../../inventory/incus/events/classify.js';
import { parseJson } from './json.js';
import { createSeen } from './seen.js';

/** What a post of Incus means: a hint, a `double` of one that came lately, or why it is passed over. */
export type Judgement = EventHint | Passed | 'double';

/** Incus sends each event up to three times, all of them within seconds (docs/facts.md, "Incus: webhooks"). */
const DOUBLE_MS = 60_000;
const MOST_REMEMBERED = 10_000;

/** Judges the bodies of posts in their order. Never throws, whatever it is given. */
export function createIncusJudge(now: () => Date): (text: string) => Judgement {
  const seen = createSeen(DOUBLE_MS, MOST_REMEMBERED, 'forget');
  return (text) => {
    const event = parseJson(text);
    const hint = classifyEvent(event);
    if (typeof hint === 'string') return hint;
    return isTimed(event) && seen.add(digest(text), now().getTime()) === 'known' ? 'double' : hint;
  };
}

/** Incus stamps every event to the nanosecond; two of somebody's own without a time can be two changes. */
function isTimed(event: unknown): boolean {
  return typeof event === 'object' && event !== null && 'timestamp' in event;
}

/** A digest, so that ten thousand large events do not stay in memory. */
function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
