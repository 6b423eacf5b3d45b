import { isStruct, type RpcStruct, type RpcValue, struct } from '../../firewall/opnsense/api/rpc-value.js';
import { decodeValue } from '../../firewall/opnsense/api/xmlrpc-decode.js';
import { parseXml } from '../../firewall/opnsense/xml/parse.js';
import { child, childrenNamed, textOf } from '../../xml/element.js';
import { restartDhcpd } from './dhcpd.js';
import type { SimReply } from './exchange.js';
import { legacyRead, mergeStruct } from './merge.js';
import { parseConfig } from './node.js';
import type { OtherSave, SaveMoment, SimState } from './state.js';

const METHODS = [
  'system.multicall',
  'system.listMethods',
  'system.getCapabilities',
  'opnsense.test',
  'opnsense.configd_reload_all_templates',
  'opnsense.restart_service',
  'opnsense.start_service',
  'opnsense.stop_service',
  'opnsense.list_services',
  'opnsense.restore_config_section',
  'opnsense.firmware_version',
  'opnsense.filter_configure',
];

/** "Authentication failed": a value in an answer with status 200, not a fault (docs/facts.md, "OPNsense: XML-RPC"). */
export function rpcUnauthenticated(): SimReply {
  return xml(
    '<?xml version="1.0"?>\n<methodResponse>\n<params>\n    <param>\n      <value>Authentication failed</value>\n    </param>\n  </params>\n</methodResponse>\n',
  );
}

/** /xmlrpc.php for an authenticated caller. A user who may not write the configuration is not refused. */
export function xmlrpc(state: SimState, body: string, remoteAddress: string): SimReply {
  let method: string;
  let params: RpcValue[];
  try {
    const call = parseXml(body);
    method = textOf(call, 'methodName');
    params = childrenNamed(child(call, 'params'), 'param').flatMap((param) =>
      childrenNamed(param, 'value').map(decodeValue),
    );
  } catch {
    return fault(-32700, 'parse error. not well formed');
  }
  switch (method) {
    case 'opnsense.test':
      return answer(params[0] ?? '');
    case 'system.listMethods':
      return answer(METHODS);
    case 'opnsense.firmware_version':
      return answer(new Map(['base', 'firmware', 'kernel'].map((part) => [part, struct({ version: state.version })])));
    case 'opnsense.filter_configure':
      return answer(true);
    case 'opnsense.restart_service':
      restartDhcpd(state);
      return answer("Service `dhcpd' has been restarted.");
    case 'opnsense.restore_config_section':
      return answer(restore(state, params[0], remoteAddress));
    default:
      return fault(-32601, `server error. requested method ${method} does not exist.`);
  }
}

/** Reads the configuration before it takes the lock, and writes everything back: saves in between are lost. */
function restore(state: SimState, sections: RpcValue | undefined, remoteAddress: string): boolean {
  if (!isStruct(sections)) return false;
  others(state, 'before-write');
  const before = state.disk.readText();
  others(state, 'during-write');
  write(state, before, sections, remoteAddress);
  for (const save of take(state, 'over-write')) {
    const stale = parseConfig(before);
    save.edit(stale);
    state.disk.save(stale, save);
  }
  others(state, 'after-write');
  return true;
}

function write(state: SimState, text: string, sections: RpcStruct, remoteAddress: string): void {
  const root = parseConfig(text);
  legacyRead(root);
  mergeStruct(root, sections);
  const description = `Merged ${[...sections.keys()].join(',')} config sections from XMLRPC client.`;
  state.disk.save(root, { username: `(root)@${remoteAddress}`, description });
}

function others(state: SimState, when: SaveMoment): void {
  for (const save of take(state, when)) {
    const root = state.disk.read();
    save.edit(root);
    state.disk.save(root, save);
  }
}

function take(state: SimState, when: SaveMoment): OtherSave[] {
  const due = state.otherSaves.filter((save) => save.when === when);
  for (const save of due) state.otherSaves.splice(state.otherSaves.indexOf(save), 1);
  return due;
}

function answer(value: RpcValue): SimReply {
  return xml(
    `<?xml version="1.0"?>\n<methodResponse>\n  <params>\n    <param>\n      <value>\n      ${encode(value)}\n      </value>\n    </param>\n  </params>\n</methodResponse>\n`,
  );
}

function fault(code: number, message: string): SimReply {
  const member = (name: string, value: string) =>
    `        <member>\n          <name>${name}</name>\n          <value>${value}</value>\n        </member>\n`;
  const members =
    member('faultCode', `<int>${code}</int>`) + member('faultString', `<string>${escapeHtml(message)}</string>`);
  return xml(
    `<?xml version="1.0"?>\n<methodResponse>\n  <fault>\n    <value>\n      <struct>\n${members}      </struct>\n    </value>\n  </fault>\n</methodResponse>\n`,
  );
}

function encode(value: RpcValue): string {
  if (typeof value === 'boolean') return `<boolean>${value ? 1 : 0}</boolean>`;
  if (typeof value === 'number') return `<int>${value}</int>`;
  if (typeof value === 'string') return `<string>${escapeHtml(value)}</string>`;
  if (isStruct(value)) {
    const members = [...value].map(
      ([name, member]) => `  <member><name>${name}</name><value>${encode(member)}</value></member>\n`,
    );
    return `<struct>\n${members.join('')}</struct>`;
  }
  return `<array><data>\n${(value as readonly RpcValue[]).map((item) => `  <value>${encode(item)}</value>\n`).join('')}</data></array>`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#039;');
}

function xml(body: string): SimReply {
  return { status: 200, type: 'text/xml;charset=UTF-8', body };
}
