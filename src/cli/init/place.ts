import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { Io } from '../io.js';
import type { InitOptions } from './options.js';

/** Where the files go that init writes, and what slash32.yaml calls them. */
export interface Place {
  /** The configuration. */
  readonly out: string;
  /** As a person would name it. */
  readonly shown: string;
  /** Of the systemd unit, whose secrets systemd hands over. */
  readonly isService: boolean;
  /** The path that a person gave or a default, from the folder in which the command runs. */
  path(given: string): string;
  /** The default path of a file that init makes beside the configuration. */
  beside(name: string): string;
  /** What the configuration says for a path that a person gave: a relative one is relative to the configuration. */
  inYaml(given: string): string;
}

const SERVICE_FILE = '/etc/slash32/slash32.yaml';

/** The place by the options; nothing is looked at. */
export function placeOf(io: Pick<Io, 'cwd'>, options: InitOptions): Place {
  const isService = options.service === true;
  const shown = options.out ?? (isService ? SERVICE_FILE : 'slash32.yaml');
  const out = resolve(io.cwd, shown);
  return {
    out,
    shown,
    isService,
    path: (given) => resolve(io.cwd, given),
    beside: (name) => join(dirname(out), name),
    inYaml: (given) => (isAbsolute(given) ? given : relative(dirname(out), resolve(io.cwd, given))),
  };
}
