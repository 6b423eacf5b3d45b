import type { SimNode } from './node.js';

/** The configuration as OPNsense writes it (docs/facts.md, "OPNsense: config.xml"): two blanks of indent, LF, non-ASCII as numeric entities. */
export function serialize(root: SimNode): string {
  const lines: string[] = ['<?xml version="1.0"?>'];
  write(root, '', lines);
  return `${lines.join('\n')}\n`;
}

function write(element: SimNode, indent: string, lines: string[]): void {
  const attributes = Object.entries(element.attributes).map(([key, value]) => ` ${key}="${escapeAttribute(value)}"`);
  const open = `${indent}<${element.name}${attributes.join('')}`;
  if (element.children.length > 0) {
    lines.push(`${open}>`);
    for (const child of element.children) write(child, `${indent}  `, lines);
    lines.push(`${indent}</${element.name}>`);
    return;
  }
  lines.push(element.text === '' ? `${open}/>` : `${open}>${escapeText(element.text)}</${element.name}>`);
}

function escapeText(text: string): string {
  if (!/[^\x20-\x25\x27-\x3b\x3d\x3f-\x7e\n\t]/.test(text)) return text;
  let escaped = '';
  for (const character of text) escaped += ENTITIES[character] ?? numeric(character);
  return escaped;
}

function escapeAttribute(text: string): string {
  return escapeText(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\n': '\n',
  '\t': '\t',
  '\r': '&#xD;',
};

function numeric(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x7f ? character : `&#x${code.toString(16).toUpperCase()};`;
}
