import { shellWord } from '../shell-word.js';
import { givenSource } from '../sources.js';

/** Options of `slash32 init`. */
export interface InitOptions {
  readonly out?: string;
  readonly overwrite?: boolean;
  /** Write the files of the systemd unit. */
  readonly service?: boolean;
  readonly owner: string;
  readonly socket?: string;
  readonly incusUrl?: string;
  readonly incusToken?: string;
  readonly incusTokenFile?: string;
  readonly incusCert?: string;
  readonly incusKey?: string;
  readonly incusFingerprint?: string;
  readonly projects?: readonly string[];
  readonly inventory?: string;
  readonly opnsenseUrl?: string;
  readonly keyFile?: string;
  readonly caFile?: string;
  readonly fingerprint?: string;
  readonly acceptFingerprint?: boolean;
  readonly configXml?: string;
  readonly pair?: readonly string[];
  readonly protect?: readonly string[];
}

/** Options while answers are added to them, so that what was answered is there whatever comes after. */
export type Answers = { -readonly [K in keyof InitOptions]: InitOptions[K] };

const FLAGS: Readonly<Partial<Record<keyof InitOptions, string>>> = {
  out: '--out',
  overwrite: '--overwrite',
  service: '--service',
  socket: '--socket',
  incusTokenFile: '--incus-token-file',
  incusUrl: '--incus-url',
  incusCert: '--incus-cert',
  incusKey: '--incus-key',
  incusFingerprint: '--incus-fingerprint',
  projects: '--projects',
  inventory: '--inventory',
  opnsenseUrl: '--opnsense-url',
  keyFile: '--key-file',
  caFile: '--ca-file',
  fingerprint: '--fingerprint',
  configXml: '--config-xml',
  pair: '--pair',
  protect: '--protect',
};

/** The command line that gives the same answers again; never with a trust token in it. */
export function sameInit(answers: InitOptions): string {
  const words = Object.entries(FLAGS).flatMap(([key, flag]) => {
    const value = answers[key as keyof InitOptions];
    if (value === undefined || value === false) return [];
    if (value === true) return [flag];
    return [flag, ...(typeof value === 'string' ? [shellWord(value)] : value.map(shellWord))];
  });
  const source = givenSource(answers);
  if (source !== undefined) words.push(source.source.flag, shellWord(source.word));
  const owner = answers.owner === 'home' ? [] : ['--owner', shellWord(answers.owner)];
  return ['slash32 init', ...owner, ...words].join(' ');
}
