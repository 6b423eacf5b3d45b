import { text as readAll } from 'node:stream/consumers';
import type { NewKeys } from '../../config/render.js';
import { Slash32Error } from '../../errors/slash32-error.js';
import type { IncusConfig } from '../../inventory/incus/config.js';
import { incusSource } from '../../inventory/incus/kind.js';
import type { Inventory } from '../../model/instance.js';
import { sourceDeps } from '../../service/connect.js';
import { readBoundedFile } from '../../state/bounded-file.js';
import { enrolAtIncus } from '../enrol.js';
import { type Io, printError } from '../io.js';
import { startProgress } from '../progress.js';
import { givenSource, type InitSource } from '../sources.js';
import type { Dialogue } from './dialogue.js';
import type { SourceEnd } from './ends.js';
import type { Answers } from './options.js';
import type { Place } from './place.js';

/** The source, and what it says now. */
export interface FoundSource {
  readonly end: SourceEnd;
  readonly inventory: Inventory;
}

const SOCKET_CODES =
  /^S32_(USAGE|INCUS_(UNREACHABLE|SOCKET_DENIED|TIMEOUT|UNEXPECTED|TOKEN_\w+|FINGERPRINT|TLS|UNTRUSTED))$/;

/**
 * Reaches Incus by the options, or by what a person answers. A trust token is used up here and nowhere before. Afterwards `answers`
 * name the way that needs none. Throws the errors of Incus's side.
 */
export async function reachSource(
  io: Io,
  dialogue: Dialogue | undefined,
  answers: Answers,
  place: Place,
): Promise<FoundSource> {
  const other = givenSource(answers);
  if (other !== undefined) return read(io, endOf(other.source, other.word, place));
  const isGiven = [answers.socket, answers.incusToken, answers.incusTokenFile, answers.incusUrl, answers.inventory];
  if (dialogue === undefined || isGiven.some((one) => one !== undefined))
    return read(io, await sourceEnd(io, answers, place));
  return dialogue.until(
    'Incus: path of its socket, or "token" for a trust token (incus config trust add slash32)?',
    '/var/lib/incus/unix.socket',
    async (answer) => {
      const given: Answers = { ...answers };
      if (answer === 'token') given.incusToken = await dialogue.askSecret('Trust token (it is not shown)?');
      else if (answer.length > 100 && !answer.includes('/')) given.incusToken = answer;
      else given.socket = answer;
      const end = await sourceEnd(io, given, place);
      // What Incus trusts by now holds whatever comes after; a socket that cannot be read does not.
      if (given.socket === undefined) Object.assign(answers, given);
      const found = await read(io, end);
      Object.assign(answers, given);
      return found;
    },
    ({ code }) => SOCKET_CODES.test(code),
  );
}

async function read(io: Io, end: SourceEnd): Promise<FoundSource> {
  const progress = startProgress(io);
  try {
    const source = await end.source.connect(sourceDeps(io));
    return { end, inventory: await source.read(io.signal, progress.step) };
  } finally {
    progress.stop();
  }
}

function endOf({ kind, fills }: InitSource, word: string, place: Place): SourceEnd {
  const source = kind.build(
    { ...kind.example, [fills]: word },
    { file: (name) => (name === '-' ? name : place.path(name)), secret: place.path },
  );
  return { source, yaml: { kind: kind.key, keys: { [fills]: word === '-' ? word : place.inYaml(word) } } };
}

async function sourceEnd(io: Io, answers: Answers, place: Place): Promise<SourceEnd> {
  const { projects, inventory, socket } = answers;
  if (inventory !== undefined) {
    const path = inventory === '-' ? inventory : place.path(inventory);
    const file = inventory === '-' ? inventory : place.inYaml(inventory);
    return incusEnd({ via: 'file', path, complete: true }, { file });
  }
  if (socket !== undefined) {
    const keys = withProjects({ socket: place.inYaml(socket) }, projects);
    return incusEnd({ via: 'socket', path: place.path(socket), projects }, keys);
  }
  const token = await tokenOf(io, answers, place);
  if (token !== undefined) await enrolOnce(io, token, answers, place);
  if (answers.incusUrl !== undefined && answers.incusFingerprint !== undefined) return httpsEnd(answers, place);
  throw new Slash32Error('S32_USAGE', {
    message: 'init does not know how to reach Incus.',
    hint: 'Give --socket PATH, --incus-token-file FILE, --incus-url URL with --incus-fingerprint, --inventory FILE, or another source: slash32 init --help names them.',
  });
}

const LONGEST_TOKEN = 65_536;

async function tokenOf(io: Io, answers: Answers, place: Place): Promise<string | undefined> {
  const { incusToken, incusTokenFile } = answers;
  const file = incusTokenFile ?? (incusToken === '-' ? '-' : undefined);
  if (file === undefined) return incusToken;
  if (file === '-') return (await readAll(io.stdin)).trim();
  try {
    return (await readBoundedFile(place.path(file), LONGEST_TOKEN)).trim();
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason';
    throw new Slash32Error('S32_USAGE', {
      message: `The file with the trust token cannot be read (${reason}).`,
      where: file,
      hint: 'Name the file with what `incus config trust add` printed, or - for standard input.',
      cause,
    });
  }
}

/** Has Incus trust the certificate that lies there already, or a new one; whoever runs init again needs no token. */
async function enrolOnce(io: Io, token: string, answers: Answers, place: Place): Promise<void> {
  const [cert, key] = keyFiles(answers, place);
  const enrolment = await enrolAtIncus(io, {
    token,
    cert,
    key,
    overwrite: false,
    reuse: true,
    ...(answers.incusUrl === undefined ? {} : { url: answers.incusUrl }),
  });
  delete answers.incusToken;
  delete answers.incusTokenFile;
  answers.incusUrl = enrolment.url;
  answers.incusFingerprint = enrolment.fingerprint;
  if (answers.projects === undefined && enrolment.access.projects !== undefined)
    answers.projects = enrolment.access.projects;
  printError(io, `Incus trusts ${cert} now; the token is used up, and init needs none when it runs again.\n`);
}

function keyFiles(answers: Answers, place: Place): readonly [string, string] {
  return [
    answers.incusCert === undefined ? place.beside('incus.crt') : place.path(answers.incusCert),
    answers.incusKey === undefined ? place.beside('incus.key') : place.path(answers.incusKey),
  ];
}

function httpsEnd(answers: Answers, place: Place): SourceEnd {
  const { incusUrl = '', incusFingerprint = '', incusCert, incusKey, projects } = answers;
  const [certFile, keyFile] = keyFiles(answers, place);
  const url = incusUrl.replace(/\/+$/, '');
  const fingerprint = incusFingerprint.replaceAll(':', '').toLowerCase();
  const cert = incusCert === undefined ? 'incus.crt' : place.inYaml(incusCert);
  const key = place.isService ? 'credential:incus.key' : incusKey === undefined ? 'incus.key' : place.inYaml(incusKey);
  const keys = withProjects({ url, cert, key, fingerprint }, projects);
  return incusEnd({ via: 'https', url, certFile, keyFile, fingerprint, projects }, keys);
}

function incusEnd(config: IncusConfig, keys: NewKeys): SourceEnd {
  return { source: incusSource(config), yaml: { kind: 'incus', keys } };
}

function withProjects(yaml: NewKeys, projects: readonly string[] | undefined): NewKeys {
  return projects === undefined ? yaml : { ...yaml, projects };
}
