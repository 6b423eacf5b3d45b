import { Slash32Error } from '../../../errors/slash32-error.js';
import type { OpnsenseClient } from '../http/client.js';
import { asSlash32, listed, partial, withEffect } from '../http/effects.js';
import { describeSave } from './history.js';
import { type ReadBack, readBack, type Written } from './read-back.js';
import { callRpc, RPC_PATH } from './rpc.js';
import type { RpcStruct } from './rpc-value.js';
import type { Snapshot } from './snapshot.js';

/** A write that was found on the firewall. */
export interface Verified {
  readonly snapshot: Snapshot;
  readonly notes: readonly string[];
}

/** Failures of a writing call that say for sure that OPNsense did not do it. */
export const NOT_DONE: ReadonlySet<string> = new Set([
  'S32_OPNSENSE_FORBIDDEN',
  'S32_OPNSENSE_KEY_REJECTED',
  'S32_OPNSENSE_NOT_AUTHENTICATED',
  'S32_OPNSENSE_REDIRECT',
  'S32_OPNSENSE_NO_ENDPOINT',
  'S32_OPNSENSE_UNREACHABLE',
  'S32_OPNSENSE_TLS',
  'S32_OPNSENSE_FINGERPRINT',
]);

/**
 * Sends one `restore_config_section` and reads back, with three calls. The answer alone proves nothing: OPNsense says
 * true also when the file was not written, and a broken connection says nothing about the work behind it. So what the
 * history and the newest backup show decides.
 */
export async function sendAndVerify(
  client: OpnsenseClient,
  write: RpcStruct,
  written: Written,
  progress: (step: string) => void,
): Promise<Verified> {
  const failure = await send(client, write);
  if (failure !== undefined && NOT_DONE.has(failure.code)) throw failure;
  progress('Reading back');
  let found: ReadBack;
  try {
    found = await readBack(client, written);
  } catch (error) {
    throw notReadBack(error, failure, written);
  }
  if (found.kind === 'ours')
    return failure === undefined ? found : { ...found, notes: [...found.notes, survived(failure)] };
  throw notOurs(found, failure, written, client.describe('POST', RPC_PATH).where);
}

async function send(client: OpnsenseClient, write: RpcStruct): Promise<Slash32Error | undefined> {
  try {
    const answer = await callRpc(client, 'opnsense.restore_config_section', [write], { slow: true });
    if (answer === true) return undefined;
    const described = client.describe('POST', RPC_PATH);
    return new Slash32Error('S32_OPNSENSE_BAD_ANSWER', {
      message: `${described.host} did not confirm the write.`,
      where: described.where,
    });
  } catch (error) {
    return asSlash32(error);
  }
}

function survived(failure: Slash32Error): string {
  return `The answer to the write was lost (${failure.message}), but reading back shows that it was made.`;
}

function notReadBack(error: unknown, failure: Slash32Error | undefined, written: Written): Slash32Error {
  const names = listed(written.interfaces);
  if (failure === undefined)
    return partial(
      error,
      'Reading back',
      `OPNsense confirmed that the DHCP settings of ${names} are written, but that is not verified. DHCP still runs with the former ones; the ARP entries are not set.`,
    );
  const second = asSlash32(error);
  return new Slash32Error('S32_OPNSENSE_WRITE_UNKNOWN', {
    message: `The write failed (${failure.message}) and so did reading back (${second.message}).`,
    ...(failure.where === undefined ? {} : { where: failure.where }),
    effect: `The DHCP settings of ${names} may be written or not. DHCP still runs with the former ones.`,
  });
}

function notOurs(
  found: Exclude<ReadBack, { kind: 'ours' }>,
  failure: Slash32Error | undefined,
  written: Written,
  where: string,
): Slash32Error {
  const names = listed(written.interfaces);
  if (found.kind === 'different')
    return new Slash32Error('S32_OPNSENSE_READ_BACK', {
      message: `The firewall holds other values than were sent under ${found.parts.join(', ')} (${found.id}).`,
      where,
      effect: `The DHCP settings of ${names} are written, but not as sent. DHCP was not restarted and still runs with the former ones.`,
    });
  if (failure !== undefined)
    return withEffect(
      failure,
      'Nothing of this change is on the firewall as far as its history shows; OPNsense may still be working on the write if the connection broke off.',
      'unknown',
    );
  const by = found.kind === 'lost' ? found.saves.map(describeSave).join('; ') : '';
  return new Slash32Error('S32_LOST_UPDATE', {
    message:
      by === ''
        ? 'OPNsense confirmed the write, but its history and its configuration do not have it.'
        : `The write was overwritten by another save: ${by}.`,
    where,
    effect: `The DHCP settings of ${names} are as they were before. DHCP was not restarted.`,
    written: 'nothing',
  });
}
