/** An answer before it goes over the wire. */
export interface SimAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** A synchronous answer (docs/facts.md, "Incus: answers"). */
export function sync(metadata: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): SimAnswer {
  const body = { type: 'sync', status: 'Success', status_code: 200, operation: '', error_code: 0, error: '', metadata };
  return { status, headers, body };
}

/** An error answer (docs/facts.md, "Incus: answers"): the HTTP status is the error code. */
export function failure(code: number, error: string): SimAnswer {
  const body = { type: 'error', status: '', status_code: 0, operation: '', error_code: code, error, metadata: null };
  return { status: code, body };
}
