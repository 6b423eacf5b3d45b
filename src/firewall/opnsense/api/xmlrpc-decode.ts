import { child, childrenNamed, type XmlElement } from '../../../xml/element.js';
import { parseXml } from '../xml/parse.js';
import type { RpcValue } from './rpc-value.js';

/** What an XML-RPC call was answered with. */
export type RpcAnswer =
  | { readonly kind: 'value'; readonly value: RpcValue }
  | { readonly kind: 'fault'; readonly code: number; readonly message: string }
  /** OPNsense says so with status 200 and no fault: a wrong key, a missing privilege, or a call from the firewall itself. */
  | { readonly kind: 'unauthenticated' };

/** Reads an answer; undefined when it is no XML-RPC answer. Throws what the XML parser throws. */
export function decodeAnswer(xml: string): RpcAnswer | undefined {
  const root = parseXml(xml);
  if (root.name !== 'methodResponse') return undefined;
  const fault = child(child(root, 'fault'), 'value');
  if (fault !== undefined) return readFault(decodeValue(fault));
  const value = child(child(child(root, 'params'), 'param'), 'value');
  if (value === undefined) return undefined;
  if (value.children.length === 0 && value.text.trim() === 'Authentication failed') return { kind: 'unauthenticated' };
  return { kind: 'value', value: decodeValue(value) };
}

/** The value inside a `<value>`; untyped means string. */
export function decodeValue(value: XmlElement): RpcValue {
  const typed = value.children[0];
  if (typed === undefined) return value.text;
  switch (typed.name) {
    case 'boolean':
      return typed.text.trim() === '1';
    case 'int':
    case 'i4':
    case 'double':
      return Number(typed.text.trim());
    case 'struct':
      return new Map(childrenNamed(typed, 'member').map((member) => [memberName(member), memberValue(member)]));
    case 'array':
      return childrenNamed(child(typed, 'data'), 'value').map(decodeValue);
    default:
      return typed.text;
  }
}

function memberName(member: XmlElement): string {
  return child(member, 'name')?.text.trim() ?? '';
}

function memberValue(member: XmlElement): RpcValue {
  const value = child(member, 'value');
  return value === undefined ? '' : decodeValue(value);
}

function readFault(value: RpcValue): RpcAnswer {
  const code = value instanceof Map ? value.get('faultCode') : undefined;
  const message = value instanceof Map ? value.get('faultString') : undefined;
  return {
    kind: 'fault',
    code: typeof code === 'number' ? code : 0,
    message: typeof message === 'string' ? message : '',
  };
}
