import { Slash32Error } from '../../errors/slash32-error.js';
import { isRecord } from '../../schema/record.js';

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** What an answer is reported against. */
export interface AnswerContext {
  readonly where: string;
  readonly endpoint: string;
}

/**
 * The `metadata` of a synchronous answer. Everything else is an error: judged by `type`, `error_code` and the text,
 * since Incus uses 500 for plain conflicts and 200 for failed operations (docs/facts.md, "Incus: answers").
 */
export function unwrapAnswer(answer: RawAnswer, context: AnswerContext): unknown {
  const body = parseEnvelope(answer, context);
  if (body.type === 'error') throw reportedError(body, context);
  if (body.type !== 'sync' || answer.status < 200 || answer.status > 299) {
    throw unexpected(`with HTTP ${answer.status} and type ${JSON.stringify(body.type)}`, context);
  }
  return body.metadata;
}

function parseEnvelope(answer: RawAnswer, context: AnswerContext): Record<string, unknown> {
  if (answer.status >= 300 && answer.status < 400) throw unexpected(`with a redirect (HTTP ${answer.status})`, context);
  let body: unknown;
  try {
    body = JSON.parse(answer.body);
  } catch {
    throw unexpected(`${describeBody(answer)} (HTTP ${answer.status})`, context);
  }
  if (!isRecord(body) || typeof body.type !== 'string') {
    throw unexpected(`with JSON that is not of Incus (HTTP ${answer.status})`, context);
  }
  return body;
}

/** Never quotes the body: a proxy's page may hold anything. */
function describeBody(answer: RawAnswer): string {
  if (answer.body.trim() === '') return 'with an empty body';
  if (/html/i.test(answer.contentType) || /^\s*</.test(answer.body)) return 'with a web page';
  if (/json/i.test(answer.contentType)) return 'with JSON that is cut short or damaged';
  return 'with something that is not JSON';
}

function reportedError(body: Record<string, unknown>, context: AnswerContext): Slash32Error {
  const code = typeof body.error_code === 'number' ? body.error_code : 0;
  const text = typeof body.error === 'string' ? body.error : '';
  const { where, endpoint } = context;
  if (code === 403 && /not authorized/i.test(text)) {
    return new Slash32Error('S32_INCUS_UNTRUSTED', {
      message: `${endpoint} does not know this client: "${text}".`,
      where,
    });
  }
  if (code === 403 && /certificate add operation/i.test(text)) {
    return new Slash32Error('S32_INCUS_TOKEN_SPENT', {
      message: `${endpoint} does not take the trust token: "${text}".`,
      where,
    });
  }
  if (code === 403) {
    return new Slash32Error('S32_INCUS_FORBIDDEN', { message: `${endpoint} refuses: "${text}".`, where });
  }
  return new Slash32Error('S32_INCUS_REFUSED', { message: `${endpoint} reports error ${code}: "${text}".`, where });
}

function unexpected(how: string, context: AnswerContext): Slash32Error {
  return new Slash32Error('S32_INCUS_UNEXPECTED', {
    message: `${context.endpoint} answered ${how}.`,
    where: context.where,
  });
}
