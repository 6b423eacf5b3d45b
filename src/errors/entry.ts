/** One kind of failure, as the error reference prints it. */
export interface CatalogueEntry {
  /** What it is, half a sentence. */
  readonly title: string;
  /** When it happens and what it means, for the reference page. */
  readonly meaning: string;
  /** What to do. */
  readonly remedy: string;
  /** Whether it may pass by itself. */
  readonly retryable: boolean;
}

/** Types a part of the catalogue without widening its keys. */
export function defineErrors<const T extends Readonly<Record<`S32_${string}`, CatalogueEntry>>>(errors: T): T {
  return errors;
}
