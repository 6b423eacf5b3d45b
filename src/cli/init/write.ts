import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { checkConfig } from '../../config/check.js';
import { type NewConfig, renderConfig } from '../../config/render.js';
import { Slash32Error } from '../../errors/slash32-error.js';
import { writeFileAtomic } from '../../state/atomic-file.js';
import { packageFile } from '../package-file.js';
import type { Answers } from './options.js';
import type { Place } from './place.js';

const SCHEMA = packageFile('docs/reference/slash32.schema.json');
const SERVICE = { state_file: '/var/lib/slash32/slash32.state.json', socket: '/run/slash32/api.sock' };

/** The text of slash32.yaml, held to what `slash32 check` holds it to. Throws `S32_CONFIG_INVALID` for answers that it refuses. */
export function configText(input: NewConfig, place: Place): string {
  const text = renderConfig({
    ...input,
    ...(existsSync(SCHEMA) ? { schema: SCHEMA } : {}),
    ...(place.isService ? { service: SERVICE } : {}),
  });
  const check = checkConfig(text, place.shown, dirname(place.out));
  if (check.ok) return text;
  const lines = text.split('\n');
  const said = check.problems.map((one) => `${(lines[one.line - 1] ?? '').trim()}: ${one.message}`);
  throw new Slash32Error('S32_CONFIG_INVALID', {
    message: `slash32 check would refuse what this makes of slash32.yaml. ${said.join(' ')}`,
    where: place.shown,
    hint: 'Nothing was written. Give other values.',
  });
}

/** Checks owner and protected addresses before anybody is asked anything or reached. Throws `S32_CONFIG_INVALID`. */
export function assertOwnAnswers(answers: Answers, place: Place): void {
  const item = { id: 'opt1', description: '', device: '', enabled: true, virtualIps: [] };
  configText(
    {
      owner: answers.owner,
      source: { kind: 'incus', keys: { file: 'instances.json' } },
      opnsense: { transport: 'file', path: 'config.xml' },
      segments: [
        {
          network: 'network',
          interface: { ...item, mac: undefined, address: undefined, prefix: undefined },
          state: undefined,
        },
      ],
      protect: answers.protect ?? [],
    },
    place,
  );
}

/** Makes the folder of the configuration: a trust token is spent on keys that must have a place. Throws `S32_OUTPUT`. */
export async function makeFolder(place: Place): Promise<void> {
  await orOutput(place, () => mkdir(dirname(place.out), { recursive: true, mode: 0o755 }));
}

/** Writes the configuration, and for the systemd unit what it hands over. Throws `S32_OUTPUT`. */
export async function writeConfiguration(text: string, answers: Answers, place: Place): Promise<void> {
  await orOutput(place, async () => {
    if (place.isService) await placeSecrets(answers, place);
    await writeFileAtomic(place.out, text, 0o644);
  });
}

async function orOutput(place: Place, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Slash32Error('S32_OUTPUT', {
      message: `${place.shown} could not be written: ${reason}`,
      where: place.shown,
      cause,
    });
  }
}

async function placeSecrets({ keyFile, caFile }: Answers, place: Place): Promise<void> {
  if (keyFile !== undefined && !/^(env|credential):/.test(keyFile))
    await place0600(place.path(keyFile), place.beside('opnsense.key'));
  if (caFile !== undefined && place.path(caFile) !== place.beside('opnsense-ca.pem'))
    await copyFile(place.path(caFile), place.beside('opnsense-ca.pem'));
}

async function place0600(from: string, to: string): Promise<void> {
  if (from !== to) await copyFile(from, to);
  await chmod(to, 0o600);
}
