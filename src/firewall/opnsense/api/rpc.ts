import { Slash32Error } from '../../../errors/slash32-error.js';
import type { CallOptions, OpnsenseClient } from '../http/client.js';
import { unexpected } from '../http/judge.js';
import type { RpcValue } from './rpc-value.js';
import { decodeAnswer, type RpcAnswer } from './xmlrpc-decode.js';
import { encodeCall } from './xmlrpc-encode.js';

/** Where OPNsense takes XML-RPC calls. */
export const RPC_PATH = '/xmlrpc.php';

/**
 * Makes an XML-RPC call and returns its value. A fault is `S32_OPNSENSE_RPC_FAULT`; "Authentication failed", which
 * comes with status 200, is `S32_OPNSENSE_FORBIDDEN`, because OPNsense says the same for a wrong key, a missing
 * privilege and a call from the firewall's own address.
 */
export async function callRpc(
  client: OpnsenseClient,
  method: string,
  params: readonly RpcValue[],
  call?: CallOptions,
): Promise<RpcValue> {
  const described = client.describe('POST', RPC_PATH);
  const xml = await client.postXml(RPC_PATH, encodeCall(method, params), call);
  const answer = decoded(xml);
  if (answer === 'cut')
    throw new Slash32Error('S32_OPNSENSE_CUT_SHORT', {
      message: `The answer of ${described.host} to ${method} ends in the middle.`,
      where: described.where,
    });
  if (answer === undefined) throw unexpected(described, 'XML-RPC value');
  if (answer.kind === 'value') return answer.value;
  if (answer.kind === 'fault')
    throw new Slash32Error('S32_OPNSENSE_RPC_FAULT', {
      message: `${described.host} refuses ${method}: ${answer.message.slice(0, 300)} (${answer.code}).`,
      where: described.where,
    });
  throw new Slash32Error('S32_OPNSENSE_FORBIDDEN', {
    message:
      `${described.host} answers "Authentication failed" to ${method}: the user of the API key lacks page-xmlrpclibrary, ` +
      "the key is wrong, or this program runs on the firewall's own address.",
    where: described.where,
    hint: 'Give the user of the key the privilege page-all (or at least page-xmlrpclibrary) under System > Access > Users.',
  });
}

function decoded(xml: string): RpcAnswer | undefined | 'cut' {
  if (!xml.trimEnd().endsWith('>')) return 'cut';
  try {
    return decodeAnswer(xml);
  } catch {
    return 'cut';
  }
}
