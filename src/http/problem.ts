import { CATALOGUE, type ErrorCode } from '../errors/catalogue.js';
import { Slash32Error } from '../errors/slash32-error.js';
import type { RequestProblem } from './validate.js';

/** A failure as `application/problem+json` (RFC 9457). */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly where?: string;
  readonly effect: string;
  readonly hint: string;
  readonly instance?: string;
  readonly problems?: readonly RequestProblem[];
}

/** What comes of a code by default: the client's fault is one of these, everything else is about the far sides. */
const STATUS: Readonly<Partial<Record<ErrorCode, number>>> = {
  S32_HTTP_REQUEST: 400,
  S32_HTTP_TOKEN: 401,
  S32_HTTP_TOKEN_EXPIRED: 401,
  S32_HOOK_SIGNATURE: 401,
  S32_HOOK_STALE: 401,
  S32_HOOK_REPLAYED: 401,
  S32_HTTP_ROLE: 403,
  S32_HTTP_NOT_FOUND: 404,
  S32_RUN_UNKNOWN: 404,
  S32_HTTP_METHOD: 405,
  S32_RUN_ENDED: 409,
  S32_RUN_WRITING: 409,
  S32_SERVICE_STATE: 409,
  S32_PLUGIN_NOTHING_WAITS: 409,
  S32_PLUGIN_EXPIRED: 409,
  S32_PLUGIN_LATE: 409,
  S32_PLUGIN_ROLLED_BACK: 409,
  S32_PLUGIN_CONFIRMED: 409,
  S32_HTTP_NO_READING: 409,
  S32_HTTP_TOO_LARGE: 413,
  S32_HTTP_MEDIA_TYPE: 415,
  S32_RUN_KEY: 422,
  S32_RUN_OPTIONS: 422,
  S32_NO_MATCH: 422,
  S32_POLICY_QUESTION: 422,
  S32_POLICY_UNSEEN: 409,
  S32_RULES_REFUSED: 409,
  S32_FILTER_LOG: 409,
  S32_USAGE: 422,
  S32_HTTP_TOO_MANY: 429,
  S32_RUN_QUEUE: 429,
  S32_DEFECT: 500,
  S32_SERVICE_STOPPING: 503,
  S32_TOKENS_FILE: 503,
};

/** The HTTP status of a failure: 502 for what the far sides did, 503 where trying again may help. */
export function statusOf(error: Slash32Error): number {
  return STATUS[error.code] ?? (error.retryable ? 503 : 502);
}

/** The failure as the client gets it. What was not foreseen is a defect, without its details. */
export function problemOf(error: unknown, instance: string, problems?: readonly RequestProblem[]): Problem {
  const known =
    error instanceof Slash32Error
      ? error
      : new Slash32Error('S32_DEFECT', {
          message: 'The service met something that it was not made for.',
          effect: 'Not known. Look at /v1/runs for what was done.',
        });
  return {
    type: `urn:slash32:error:${known.code}`,
    title: CATALOGUE[known.code].title,
    status: statusOf(known),
    detail: known.message,
    code: known.code,
    ...(known.where === undefined ? {} : { where: known.where }),
    effect: known.effect,
    hint: known.hint,
    instance,
    ...(problems === undefined ? {} : { problems }),
  };
}
