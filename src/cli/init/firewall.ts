import { Slash32Error } from '../../errors/slash32-error.js';
import { readAuthority } from '../../firewall/opnsense/http/authority.js';
import { type PresentedCertificate, presentedCertificate } from '../../firewall/opnsense/http/presented.js';
import { connectTarget } from '../../service/connect.js';
import { type Io, paintFor, printError } from '../io.js';
import { startProgress } from '../progress.js';
import type { Dialogue } from './dialogue.js';
import type { TargetEnd } from './ends.js';
import type { Answers } from './options.js';
import type { Place } from './place.js';
import { type FoundTarget, findTarget } from './transport.js';

const ADDRESS_CODES = /^S32_OPNSENSE_(URL|UNREACHABLE|TIMEOUT|RESET|TLS|BAD_ANSWER|HTML|REDIRECT|CA)$/;
const KEY_CODES = /^S32_(OPNSENSE_(KEY_FILE|KEY_REJECTED|NOT_AUTHENTICATED|FORBIDDEN)|SECRET_)/;

/**
 * Reaches the firewall, in the order in which things go wrong: its address, its certificate, the key, the plugin, its version, what
 * the key may do. Nothing is used up by it. Answers of a person are kept in `answers`. Throws the errors of the firewall's side.
 */
export async function reachFirewall(
  io: Io,
  dialogue: Dialogue | undefined,
  answers: Answers,
  place: Place,
): Promise<FoundTarget> {
  if (answers.configXml !== undefined) {
    const config = { transport: 'file' as const, path: place.path(answers.configXml) };
    return find(io, { config, yaml: { transport: 'file', path: place.inYaml(answers.configXml) } });
  }
  if (answers.opnsenseUrl === undefined && dialogue !== undefined)
    answers.opnsenseUrl = await dialogue.until(
      'OPNsense: its address?',
      'https://192.168.1.1',
      (answer) => reachable(io, withScheme(answer)),
      ({ code }) => ADDRESS_CODES.test(code),
    );
  if (answers.opnsenseUrl === undefined || (answers.keyFile === undefined && dialogue === undefined))
    throw new Slash32Error('S32_USAGE', {
      message: 'init does not know how to reach the firewall.',
      hint: 'Give --opnsense-url URL with --key-file FILE, or --config-xml FILE.',
    });
  answers.opnsenseUrl = withScheme(answers.opnsenseUrl).replace(/\/+$/, '');
  await trust(io, dialogue, answers, place);
  if (answers.keyFile !== undefined) return find(io, endOf(answers, answers.keyFile, place));
  if (dialogue === undefined) throw new Error('unreachable: asked for above');
  return dialogue.until(
    'OPNsense: the file with the API key, as downloaded?',
    'apikey.txt',
    async (answer) => {
      const found = await find(io, endOf(answers, answer, place));
      answers.keyFile = answer;
      return found;
    },
    ({ code }) => KEY_CODES.test(code),
  );
}

function withScheme(address: string): string {
  return address.includes('://') ? address : `https://${address}`;
}

async function reachable(io: Io, url: string): Promise<string> {
  await presentedCertificate(url, { ca: undefined, signal: io.signal });
  return url;
}

/** A certificate that no authority known here has signed is shown and asked about, once, as ssh does with a host key. */
async function trust(io: Io, dialogue: Dialogue | undefined, answers: Answers, place: Place): Promise<void> {
  const { opnsenseUrl: url = '', caFile, fingerprint } = answers;
  if (fingerprint !== undefined) return;
  const ca = caFile === undefined ? undefined : await readAuthority(place.path(caFile));
  const shown = await presentedCertificate(url, { ca, signal: io.signal });
  if (shown === undefined || shown.trusted) return;
  const what = describe(url, shown, caFile);
  if (answers.acceptFingerprint === true) printError(io, `${what} It is pinned, as --accept-fingerprint says.\n`);
  else if (dialogue === undefined)
    throw new Slash32Error('S32_OPNSENSE_TLS', {
      message: what,
      where: url,
      hint: `If it is your firewall's: --fingerprint ${shown.fingerprint}. To take whatever it shows now: --accept-fingerprint. ${COMPARE}`,
    });
  else {
    printError(io, `${paintFor(io, io.stderr).warn(what)}\n${COMPARE}\n`);
    if (!(await dialogue.confirm('Is this your firewall?')))
      throw new Slash32Error('S32_OPNSENSE_TLS', {
        message: 'The certificate was not accepted, so the API key was not sent.',
        where: url,
        hint: COMPARE,
      });
  }
  answers.fingerprint = shown.fingerprint;
}

const COMPARE =
  'Compare it with what the firewall says: System: Trust: Certificates, or on its console: openssl x509 -noout -fingerprint -sha256 -in /var/etc/cert.pem';

function describe(url: string, shown: PresentedCertificate, caFile: string | undefined): string {
  const whose = shown.subject === '' ? '' : ` (${shown.subject}; until ${shown.validTo})`;
  const by = caFile === undefined ? 'no authority known here vouches' : `${caFile} does not vouch`;
  return `${new URL(url).host} shows a certificate${whose} that ${by} for under that name. Its SHA-256 fingerprint: ${shown.fingerprint}.`;
}

function endOf(answers: Answers, key: string, place: Place): TargetEnd {
  const url = answers.opnsenseUrl ?? '';
  const isReference = /^(env|credential):/.test(key);
  const caFile = answers.caFile === undefined ? undefined : place.path(answers.caFile);
  const fingerprint = answers.fingerprint?.replaceAll(':', '').toLowerCase();
  const keyFile = isReference ? key : place.path(key);
  const shownKey = isReference ? key : place.isService ? 'credential:opnsense.key' : place.inYaml(key);
  const shownCa = place.isService ? 'opnsense-ca.pem' : place.inYaml(answers.caFile ?? '');
  return {
    config: { transport: 'api', url, keyFile, caFile, fingerprint, allowUntestedVersion: false },
    yaml: {
      transport: 'api',
      url,
      key_file: shownKey,
      ...(caFile === undefined ? {} : { ca_file: shownCa }),
      ...(fingerprint === undefined ? {} : { fingerprint }),
    },
  };
}

async function find(io: Io, end: TargetEnd): Promise<FoundTarget> {
  const progress = startProgress(io);
  const observe = async (one: TargetEnd) => (await connectTarget(one.config, io)).observe(io.signal, progress.step);
  try {
    return await findTarget(observe, end);
  } finally {
    progress.stop();
  }
}
