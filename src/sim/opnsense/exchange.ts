import type { SimUser } from './users.js';

/** A request as the simulated firewall's code sees it. */
export interface SimRequest {
  readonly method: string;
  /** Path without the query. */
  readonly path: string;
  readonly user: SimUser;
  readonly remoteAddress: string;
  /** Fields of a POST body that OPNsense could read; empty otherwise. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly body: string;
  /** Empty where none was sent. */
  readonly contentType: string;
}

/** An answer. Without a content type none is sent, as PHP's errors have none in the recordings. */
export interface SimReply {
  readonly status: number;
  readonly type: string | undefined;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** 200 with JSON. */
export function json(value: unknown): SimReply {
  return { status: 200, type: 'application/json; charset=UTF-8', body: JSON.stringify(value) };
}

/** An error in the form of OPNsense's dispatcher: `{"status":…,"message":…}`. */
export function refused(status: 400 | 401 | 403, message: string): SimReply {
  return { status, type: 'application/json; charset=UTF-8', body: JSON.stringify({ status, message }) };
}

/** 404 for a module, a controller or an action that does not exist. */
export function notFound(): SimReply {
  return { status: 404, type: undefined, body: JSON.stringify({ errorMessage: 'Endpoint not found' }) };
}

/** 500 of a PHP error. */
export function unexpectedError(): SimReply {
  return {
    status: 500,
    type: undefined,
    body: JSON.stringify({ errorMessage: 'Unexpected error, check log for details' }),
  };
}

/** 500 with words for the user: OPNsense's `UserException`. */
export function userError(errorMessage: string, errorTitle: string): SimReply {
  return { status: 500, type: undefined, body: JSON.stringify({ errorMessage, errorTitle, errorLevel: 'error' }) };
}

/** 500 for a user who may not write. */
export function readOnlyError(user: SimUser): SimReply {
  return userError(`User ${user.name} denied for write access (user-config-readonly set)`, 'General access');
}

/** A search answer in OPNsense's form: all rows unless `rowCount` says less. */
export function searched(rows: readonly unknown[], request: SimRequest): Record<string, unknown> {
  const asked = Number(request.fields.rowCount ?? 9999);
  const count = asked === -1 ? rows.length : asked;
  const shown = rows.slice(0, count);
  return { total: rows.length, rowCount: shown.length, current: 1, rows: shown };
}
