/**
 * Hears how each call to a far side went: which one (`GET /1.0/instances`, never with a name, an id or a query in it), how many
 * seconds it took, and `ok`, `interrupted`, a code of the catalogue, or `defect`. It must not throw.
 */
export type RequestObserver = (call: string, seconds: number, result: string) => void;

/** Milliseconds that only go forward. */
export type Stopwatch = () => number;

/** Carries out one call and tells how it went; what it answers or throws passes through. */
export async function observedCall<T>(
  observe: RequestObserver | undefined,
  call: string,
  watch: Stopwatch,
  action: () => Promise<T>,
): Promise<T> {
  if (observe === undefined) return await action();
  const begun = watch();
  const tell = (result: string): void => observe(call, Math.max(0, watch() - begun) / 1000, result);
  let value: T;
  try {
    value = await action();
  } catch (error) {
    tell(resultOf(error));
    throw error;
  }
  tell('ok');
  return value;
}

function resultOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'defect';
  if ('code' in error && typeof error.code === 'string' && /^S32_[A-Z0-9_]+$/.test(error.code)) return error.code;
  return 'name' in error && error.name === 'AbortError' ? 'interrupted' : 'defect';
}
