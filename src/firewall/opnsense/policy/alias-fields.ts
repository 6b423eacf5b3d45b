import type { AliasEntry } from '../../../model/policy-entries.js';
import type { Field } from './rule-fields.js';

/** The fields that slash32 writes of an alias (Alias.xml, 26.7.2). All of them are text. */
export function aliasFields(entry: AliasEntry): Readonly<Record<string, string>> {
  return {
    enabled: '1',
    name: entry.name,
    type: entry.type,
    content: entry.content.join('\n'),
    description: entry.description,
  };
}

/** What an alias on the firewall says, as far as slash32 could have written it, and what it could not have. */
export interface ReadAlias {
  readonly entry: AliasEntry;
  readonly enabled: boolean;
  readonly odd: readonly string[];
}

/** The inverse of {@link aliasFields}; content comes sorted. */
export function readAliasFields(field: Field): ReadAlias {
  const type = field('type');
  const content = field('content')
    .split('\n')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  return {
    entry: {
      name: field('name'),
      type: type === 'network' || type === 'port' ? type : 'host',
      content: [...new Set(content)].sort(),
      description: field('description'),
    },
    enabled: field('enabled') === '1',
    odd: ['host', 'network', 'port'].includes(type) ? [] : [`type ${type}`],
  };
}
