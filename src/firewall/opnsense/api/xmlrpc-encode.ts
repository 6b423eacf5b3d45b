import { Slash32Error } from '../../../errors/slash32-error.js';
import { isStruct, type RpcValue } from './rpc-value.js';

/**
 * One XML-RPC call as text (xmlrpc.com/spec.md). Only ASCII leaves this function: OPNsense's library cuts the XML
 * declaration off and with it any encoding. Every value is typed, since an untyped empty one is dropped there. Throws
 * `S32_OPNSENSE_CANNOT_EXPRESS` for a character that XML 1.0 does not have.
 */
export function encodeCall(method: string, params: readonly RpcValue[]): string {
  const body = params.map((param) => `<param>${encodeValue(param)}</param>`).join('\n');
  return `<?xml version="1.0"?>\n<methodCall>\n<methodName>${escapeText(method)}</methodName>\n<params>\n${body}\n</params>\n</methodCall>\n`;
}

/** One value with its `<value>` around it. */
export function encodeValue(value: RpcValue): string {
  if (typeof value === 'string') return `<value><string>${escapeText(value)}</string></value>`;
  if (typeof value === 'boolean') return `<value><boolean>${value ? 1 : 0}</boolean></value>`;
  if (typeof value === 'number') return `<value><int>${Math.trunc(value)}</int></value>`;
  if (isStruct(value)) {
    const members = [...value].map(
      ([name, member]) => `<member><name>${escapeText(name)}</name>${encodeValue(member)}</member>`,
    );
    return `<value><struct>${members.join('\n')}</struct></value>`;
  }
  return `<value><array><data>${(value as readonly RpcValue[]).map(encodeValue).join('\n')}</data></array></value>`;
}

function escapeText(text: string): string {
  let escaped = '';
  for (const character of text) escaped += escapeCharacter(character);
  return escaped;
}

function escapeCharacter(character: string): string {
  if (character === '&') return '&amp;';
  if (character === '<') return '&lt;';
  if (character === '>') return '&gt;';
  const code = character.codePointAt(0) ?? 0;
  if ((code >= 0x20 && code <= 0x7e) || code === 0x0a || code === 0x09) return character;
  if (!isXmlCharacter(code))
    throw new Slash32Error('S32_OPNSENSE_CANNOT_EXPRESS', {
      message: `A value holds the character U+${code.toString(16).toUpperCase().padStart(4, '0')}, which XML does not have.`,
    });
  return `&#${code};`;
}

/** XML 1.0, production 2 (Char); a lone surrogate is none. */
function isXmlCharacter(code: number): boolean {
  return code === 0x0d || (code >= 0x20 && code <= 0xd7ff) || (code >= 0xe000 && code <= 0xfffd) || code >= 0x10000;
}
