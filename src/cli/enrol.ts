import { resolve } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { type Enrolment, enrol } from '../inventory/incus/enrol.js';
import { EXIT } from '../plan/exit.js';
import { type Io, print } from './io.js';
import { startProgress } from './progress.js';

/** Options of `slash32 enrol`. */
export interface EnrolOptions {
  readonly token: string;
  readonly cert: string;
  readonly key: string;
  readonly name?: string;
  readonly url?: string;
  readonly overwrite?: boolean;
  readonly reuse?: boolean;
}

/** `slash32 enrol`: has Incus trust a new client certificate, and prints what the configuration needs. Returns the exit code. */
export async function runEnrol(io: Io, options: EnrolOptions): Promise<number> {
  const enrolment = await enrolAtIncus(io, options);
  const { url, fingerprint, certFile, keyFile, access } = enrolment;
  const projects = access.projects === undefined ? '' : `, projects: [${access.projects.join(', ')}]`;
  print(io, 'Incus trusts this certificate now. For slash32.yaml:\n\n');
  print(io, `incus: { url: "${url}", cert: ${certFile}, key: ${keyFile}, fingerprint: "${fingerprint}"${projects} }\n`);
  return EXIT.done;
}

/** Enrols with progress on the terminal; a token of `-` is read from standard input. */
export async function enrolAtIncus(io: Io, options: EnrolOptions): Promise<Enrolment> {
  const token = options.token === '-' ? (await readAll(io.stdin)).trim() : options.token;
  const progress = startProgress(io);
  try {
    return await enrol(
      {
        token,
        certFile: resolve(io.cwd, options.cert),
        keyFile: resolve(io.cwd, options.key),
        ...(options.name === undefined ? {} : { name: options.name }),
        ...(options.url === undefined ? {} : { addresses: [options.url] }),
        replace: options.overwrite === true,
        reuse: options.reuse === true,
      },
      { redactor: io.redactor, now: io.now },
      io.signal,
      progress.step,
    );
  } finally {
    progress.stop();
  }
}
