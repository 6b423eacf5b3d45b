/** The parts of a small right slash32.yaml, one line each unless a part brings more. */
export interface TextParts {
  readonly owner?: string;
  readonly incus?: string;
  readonly opnsense?: string;
  /** Given with its own line break when it is a block. */
  readonly segments?: string;
}

/** A right file of five lines, some of its parts replaced. Line 6 is free for what a test adds. */
export function baseText(parts: TextParts = {}): string {
  return [
    `owner: ${parts.owner ?? 'home'}`,
    `incus: ${parts.incus ?? '{ socket: /run/incus.sock }'}`,
    `opnsense: ${parts.opnsense ?? '{ transport: file, path: config.xml }'}`,
    `segments: ${parts.segments ?? '\n  servers: { interface: opt3 }'}`,
    '',
  ].join('\n');
}
