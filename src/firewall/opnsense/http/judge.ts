import { type ProblemDetails, Slash32Error } from '../../../errors/slash32-error.js';
import { PLUGIN_PRIVILEGE, privilegeFor } from './privileges.js';

/** A whole answer of the firewall. */
export interface RawAnswer {
  readonly status: number;
  readonly location: string | undefined;
  /** What Content-Length announced; undefined without it. */
  readonly announced: number | undefined;
  /** Number of bytes that came. */
  readonly received: number;
  readonly body: string;
}

/** The call that an answer belongs to. */
export interface JudgedCall {
  readonly where: string;
  readonly path: string;
  readonly host: string;
}

const LONGEST_QUOTE = 300;

/**
 * Throws unless the answer is a 200 with a whole body. OPNsense says 302 for missing credentials and 500 for a refusal
 * with a reason, so the body decides what the error is, not the status alone (docs/facts.md, "OPNsense: calls and privileges").
 */
export function judgeStatus(answer: RawAnswer, call: JudgedCall): void {
  if (answer.announced !== undefined && answer.announced !== answer.received)
    throw fail('S32_OPNSENSE_CUT_SHORT', `${answer.received} of ${answer.announced} bytes came.`);
  const { status } = answer;
  if (status === 200) return;
  if (status >= 300 && status < 400) throw redirected();
  const said = saidReason(answer.body);
  if (status === 401) throw fail('S32_OPNSENSE_KEY_REJECTED', `${call.host} rejects the API key.`);
  if (status === 403) throw forbidden(call);
  if (status === 404) throw fail('S32_OPNSENSE_NO_ENDPOINT', `${call.host} does not know ${call.path}.`);
  if (said !== undefined) throw fail('S32_OPNSENSE_FIREWALL_ERROR', `${call.host} says: ${said}`);
  if (status >= 500) throw fail('S32_OPNSENSE_UNAVAILABLE', `${call.host} answered ${status} without a reason.`);
  throw fail('S32_OPNSENSE_BAD_ANSWER', `${call.host} answered ${status}.`);

  function redirected(): Slash32Error {
    const target = answer.location ?? '';
    if (/^https?:\/\//.test(target) && URL.canParse(target) && !new URL(target).search.startsWith('?url='))
      return fail('S32_OPNSENSE_REDIRECT', `${call.host} sends to ${new URL(target).origin}.`);
    return fail('S32_OPNSENSE_NOT_AUTHENTICATED', `${call.host} sent to its login page.`);
  }

  function fail(code: Slash32Error['code'], message: string): Slash32Error {
    return new Slash32Error(code, at(call, message));
  }
}

/** The error for a call that the key's user may not make; it names the privilege that is missing. */
export function forbidden(call: JudgedCall): Slash32Error {
  const privilege = privilegeFor(call.path);
  return new Slash32Error('S32_OPNSENSE_FORBIDDEN', {
    ...at(call, `The API key may not call ${call.path}: it needs the privilege ${privilege}.`),
    hint: forbiddenHint(privilege, call.path),
  });
}

function forbiddenHint(privilege: string, path: string): string {
  const users = 'under System > Access > Users';
  if (privilege === PLUGIN_PRIVILEGE)
    return `Give the user of the key the privilege Services: slash32: API (${privilege}) ${users}; it is the only one that it needs.`;
  const gives = `Give the user of the key the privilege ${privilege} ${users}.`;
  // the log is read on every transport, and whoever has the plugin needs page-all for nothing
  return path.startsWith('/api/diagnostics/firewall/')
    ? gives
    : `${gives} With transport: api, applying needs page-all.`;
}

/** The JSON of an answer that {@link judgeStatus} let through: an object or an array. */
export function judgeJson(answer: RawAnswer, call: JudgedCall): unknown {
  const text = answer.body.trim();
  if (text === '') throw new Slash32Error('S32_OPNSENSE_EMPTY', at(call, `${call.host} answered with nothing.`));
  if (text.startsWith('<')) throw html(call);
  try {
    return JSON.parse(text);
  } catch {
    if (/^[[{]/.test(text))
      throw new Slash32Error('S32_OPNSENSE_CUT_SHORT', at(call, `The answer of ${call.host} ends in the middle.`));
    throw new Slash32Error('S32_OPNSENSE_BAD_ANSWER', at(call, `The answer of ${call.host} is no JSON.`));
  }
}

/** The error for a web page where data was expected. */
export function html(call: JudgedCall): Slash32Error {
  return new Slash32Error('S32_OPNSENSE_HTML', at(call, `${call.host} answered with a web page.`));
}

/** The error for an answer of another form than OPNsense gives it. `wanted` says what was expected. */
export function unexpected(call: JudgedCall, wanted: string): Slash32Error {
  return new Slash32Error('S32_OPNSENSE_BAD_ANSWER', at(call, `The answer of ${call.host} has no ${wanted}.`));
}

function at(call: JudgedCall, message: string): ProblemDetails {
  return { message, where: call.where };
}

/** The reason that OPNsense gives in an error's JSON, on one line and not too long. */
function saidReason(body: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed !== 'object' || parsed === null) return undefined;
    const { errorMessage, message } = parsed as Record<string, unknown>;
    const reason = typeof errorMessage === 'string' ? errorMessage : message;
    if (typeof reason !== 'string' || reason.trim() === '') return undefined;
    return reason.replace(/\s+/g, ' ').trim().slice(0, LONGEST_QUOTE);
  } catch {
    return undefined;
  }
}
