/** A step into a YAML document: a key of a mapping or an index of a list. */
export type PathPart = string | number;

/** A mistake found in the values, before its place in the text is known. */
export interface Finding {
  readonly path: readonly PathPart[];
  /** Whether the key or the value is to blame. */
  readonly at: 'key' | 'value';
  /** What is wrong, one sentence. Never a secret. */
  readonly message: string;
  /** What to write instead, one sentence. */
  readonly hint: string;
}

/** A mistake in slash32.yaml, for people and for editors. */
export interface ConfigProblem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  /** `segments.servers.pool`; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
  readonly hint: string;
  /** Where it is no mistake of whoever wrote the file: a schema that this version does not know. */
  readonly code?: 'S32_CONFIG_NEWER';
}

/** One line for a terminal, in the form that editors and CI systems make clickable. */
export function formatProblem(problem: ConfigProblem): string {
  return `${problem.file}:${problem.line}:${problem.column}: ${problem.message} ${problem.hint}`.trimEnd();
}

/** `segments.servers.pins.default[1]`, how a place in the file is named. */
export function formatPath(path: readonly PathPart[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? part : `${text}.${part}`;
  }, '');
}
