import { createInterface } from 'node:readline/promises';
import type { InitOptions } from './init-options.js';
import { type Io, isInteractive, paintFor } from './io.js';

/** Fills in on a terminal what the options left open; without one they stay as they are. */
export async function askMissing(io: Io, options: InitOptions): Promise<InitOptions> {
  if (!isInteractive(io)) return options;
  const asked: { -readonly [K in keyof InitOptions]: InitOptions[K] } = { ...options };
  const prompt = createInterface({ input: io.stdin, output: io.stderr });
  const paint = paintFor(io, io.stderr);
  const ask = async (question: string, preset = ''): Promise<string> => {
    const hint = preset === '' ? '' : paint.faint(` [${preset}]`);
    const answer = await prompt.question(`${paint.strong(question)}${hint} `, { signal: io.signal });
    return answer.trim() === '' ? preset : answer.trim();
  };
  try {
    if (!hasSource(options)) {
      const where = await ask(
        'Incus: path of its socket, or a trust token (incus config trust add slash32)?',
        '/var/lib/incus/unix.socket',
      );
      if (where.startsWith('/') || where.startsWith('.')) asked.socket = where;
      else asked.incusToken = where;
    }
    if (options.configXml === undefined && options.opnsenseUrl === undefined)
      asked.opnsenseUrl = await ask('OPNsense: its address?', 'https://192.168.1.1');
    if (asked.opnsenseUrl !== undefined && options.keyFile === undefined)
      asked.keyFile = await ask('OPNsense: the file with the API key, as downloaded?', 'apikey.txt');
    if (asked.opnsenseUrl !== undefined && options.caFile === undefined && options.fingerprint === undefined) {
      const trust = await ask(
        'OPNsense: SHA-256 fingerprint of its certificate, or a CA file (empty: the system’s CAs)?',
      );
      if (/^[0-9a-f:]{64,95}$/i.test(trust)) asked.fingerprint = trust;
      else if (trust !== '') asked.caFile = trust;
    }
    if (options.protect === undefined) {
      const protect = await ask('Addresses that must never be cut off (your workstation), separated by commas?');
      if (protect !== '') asked.protect = protect.split(',').map((one) => one.trim());
    }
    return asked;
  } finally {
    prompt.close();
  }
}

/** Asks whether suggestions made by name alone are right; without a terminal nobody says so. */
export async function confirmSuggestion(io: Io, question: string): Promise<boolean> {
  if (!isInteractive(io)) return false;
  const prompt = createInterface({ input: io.stdin, output: io.stderr });
  try {
    const answer = await prompt.question(`${question} [y/N] `, { signal: io.signal });
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    prompt.close();
  }
}

function hasSource(options: InitOptions): boolean {
  return [options.socket, options.incusToken, options.incusUrl, options.inventory].some((one) => one !== undefined);
}
