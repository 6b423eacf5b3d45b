import { randomUUID } from 'node:crypto';
import { numberOf } from './dhcpd.js';
import { json, readOnlyError, type SimReply, type SimRequest } from './exchange.js';
import { childrenOf, ensureChild, node, type SimNode, textAt } from './node.js';
import type { SimState } from './state.js';
import { isReadOnly } from './users.js';

const LABEL = /^[a-z0-9][a-z0-9_-]{0,62}$/i;
const MAC = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i;

/** `dnsmasq/settings/addHost`: one object a call, one save a call, as the peers of slash32 write. */
export function addHost(state: SimState, request: SimRequest): SimReply {
  return addItem(state, request, 'host', ['dnsmasq'], 'hosts', (fields, siblings) => {
    const validations: Record<string, string> = {};
    if (!LABEL.test(fields.host ?? ''))
      validations['host.host'] =
        "Labels must be 1–63 characters, start with a letter or digit, and may contain only letters, digits, '-' or '_'. ";
    const ip = fields.ip ?? '';
    if (ip !== '' && numberOf(ip) === undefined)
      validations['host.ip'] = 'Please specify a valid network segment or IP address.';
    else if (ip !== '' && siblings.some((other) => textAt(other, 'ip') === ip))
      validations['host.ip'] = `'${ip}' is already used in another DHCP host entry.`;
    const hwaddr = fields.hwaddr ?? '';
    if (hwaddr !== '' && !MAC.test(hwaddr)) validations['host.hwaddr'] = 'Invalid MAC address.';
    return validations;
  });
}

/** `dnsmasq/service/reconfigure`. */
export function dnsmasqReconfigure(request: SimRequest): SimReply {
  return json({ status: request.method === 'POST' ? 'ok' : 'failed' });
}

function addItem(
  state: SimState,
  request: SimRequest,
  wrapper: string,
  path: readonly string[],
  tag: string,
  validate: (fields: Readonly<Record<string, string>>, siblings: readonly SimNode[]) => Record<string, string>,
): SimReply {
  const given = request.fields[wrapper];
  if (request.method !== 'POST' || typeof given !== 'object' || given === null) return json({ result: 'failed' });
  if (isReadOnly(request.user)) return readOnlyError(request.user);
  const fields = Object.fromEntries(Object.entries(given).map(([key, value]) => [key, String(value)]));
  const root = state.disk.read();
  const list = listOf(root, path);
  const validations = validate(fields, childrenOf(list, tag));
  if (Object.keys(validations).length > 0) return json({ result: 'failed', validations });
  const uuid = randomUUID();
  list.text = '';
  list.children.push(
    node(
      tag,
      Object.entries(fields).map(([key, value]) => node(key, value)),
      { uuid },
    ),
  );
  const description = `${request.path} made changes`;
  state.disk.save(root, { username: `${request.user.name}@${request.remoteAddress}`, description });
  return json({ result: 'saved', uuid });
}

function listOf(root: SimNode, path: readonly string[]): SimNode {
  return path.reduce(ensureChild, root);
}
