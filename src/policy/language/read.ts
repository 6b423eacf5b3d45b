import type { Policy, PolicyGroup, PolicyTest, Statement, TagOwner } from '../../model/policy.js';
import { checkNames, type KnownNames } from './names.js';
import { readPublish } from './publish.js';
import { createReader, items, type Mistake, mapping, type PolicySource, type Reader, textsOf } from './reader.js';
import { isReservedName } from './selectors.js';

/** What was read, and everything that is wrong with it. */
export interface PolicyReading {
  readonly policy: Policy;
  readonly mistakes: readonly Mistake[];
}

/**
 * Reads the policy of some files, which count as one: a group of one file may be used in another. Every mistake is found in one
 * go; a policy with a mistake must not be used. Pure.
 */
export function readPolicy(sources: readonly PolicySource[], known: KnownNames): PolicyReading {
  const mistakes: Mistake[] = [];
  const readers = sources.map((source) => ({ source, reader: createReader(source, mistakes) }));
  const all = <T>(read: (reader: Reader, value: Readonly<Record<string, unknown>>) => T[]): T[] =>
    readers.flatMap(({ source, reader }) => read(reader, source.value));
  const policy: Policy = {
    groups: all(readGroups),
    tagOwners: all(readTagOwners),
    statements: all(readStatements),
    publishes: all((reader, value) => items(value.publish).flatMap((one, at) => readPublish(reader, one, at))),
    tests: all(readTests),
  };
  checkNames(policy, known, mistakes);
  return { policy, mistakes };
}

function readGroups(reader: Reader, value: Readonly<Record<string, unknown>>): PolicyGroup[] {
  return Object.entries(mapping(value.groups)).flatMap(([name, members]) => {
    const path = ['groups', name];
    if (isReservedName(name))
      reader.fail(path, `'${name}' means something else already.`, 'Give the group another name.', 'key');
    const selectors = reader.selectors(members, path);
    if (Array.isArray(members) && members.length === 0)
      reader.fail(path, `The group ${name} is empty.`, 'Name its members, or take it out.');
    for (const one of selectors)
      if (one.kind === 'any' || one.kind === 'internet' || one.kind === 'firewall')
        reader.fail(path, `${one.text} cannot be in a group.`, `Name ${one.text} in the statement itself.`);
    return [{ name, members: selectors, place: reader.place(path, 'key') }];
  });
}

function readTagOwners(reader: Reader, value: Readonly<Record<string, unknown>>): TagOwner[] {
  return Object.entries(mapping(value.tagOwners)).map(([written, owners]) => {
    const path = ['tagOwners', written];
    const tag = written.replace(/^tag:/, '');
    if (!/^[a-z0-9][a-z0-9_-]{0,31}$/.test(tag))
      reader.fail(path, `'${written}' is no tag.`, 'A tag is 1 to 32 of a-z, 0-9, _ and -.', 'key');
    const projects = textsOf(owners, path).flatMap(([text, at]) => {
      const found = /^project:([^/\s]+)$/.exec(text.trim());
      if (found?.[1] !== undefined) return [found[1]];
      reader.fail(
        at,
        `${JSON.stringify(text)} is no owner of a tag.`,
        'Write project:NAME, or project:* for every project.',
      );
      return [];
    });
    return { tag, projects, place: reader.place(path, 'key') };
  });
}

function readStatements(reader: Reader, value: Readonly<Record<string, unknown>>): Statement[] {
  return items(value.policy).flatMap((one, at) => {
    const fields = mapping(one);
    const path = ['policy', at];
    const from = reader.selectors(fields.from, [...path, 'from']);
    const to = reader.selectors(fields.to, [...path, 'to']);
    const allow = reader.ports(fields.allow, [...path, 'allow']);
    for (const selector of from) {
      if (selector.kind === 'internet')
        reader.fail(
          [...path, 'from'],
          'Nothing comes in from the internet by a statement alone.',
          'Use publish for it.',
        );
      if (selector.kind === 'firewall')
        reader.fail(
          [...path, 'from'],
          'What the firewall itself sends is never held back.',
          'Take firewall out of from.',
        );
    }
    if (fields.from !== undefined && fields.to !== undefined)
      refuseEmpty(reader, fields, path, ['from', 'to', 'allow']);
    return [
      {
        from,
        to,
        allow,
        log: fields.log === true,
        when: typeof fields.when === 'string' ? fields.when : undefined,
        place: reader.place(path),
      },
    ];
  });
}

function readTests(reader: Reader, value: Readonly<Record<string, unknown>>): PolicyTest[] {
  return items(value.tests).flatMap((one, at) => {
    const fields = mapping(one);
    const path = ['tests', at];
    const accept = reader.ports(fields.accept, [...path, 'accept']);
    const deny = reader.ports(fields.deny, [...path, 'deny']);
    const isSilent = textsOf(fields.accept, []).length + textsOf(fields.deny, []).length === 0;
    if (isSilent) reader.fail(path, 'The test names nothing that should pass or be dropped.', 'Add accept: or deny:.');
    refuseEmpty(reader, fields, path, ['from', 'to']);
    const name = typeof fields.name === 'string' ? fields.name : undefined;
    const from = reader.selectors(fields.from, [...path, 'from']);
    const to = reader.selectors(fields.to, [...path, 'to']);
    return [{ name, from, to, accept, deny, place: reader.place(path) }];
  });
}

function refuseEmpty(
  reader: Reader,
  fields: Readonly<Record<string, unknown>>,
  path: readonly (string | number)[],
  keys: readonly string[],
): void {
  for (const key of keys)
    if (Array.isArray(fields[key]) && items(fields[key]).length === 0)
      reader.fail([...path, key], `${key} is an empty list.`, 'Name somebody, or take the whole entry out.');
}
