/** One small fault in a source text: where, what was done, the line as it was, and the whole text with the fault. */
export interface Mutant {
  readonly line: number;
  readonly what: string;
  readonly before: string;
  readonly text: string;
}

export function mutantsOf(text: string): Mutant[];
