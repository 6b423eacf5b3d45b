import type { Instance } from '../../model/instance.js';
import { instanceName } from '../../model/instance.js';
import type { PolicyGroup, Selector } from '../../model/policy.js';
import { shortDigest } from '../compile/digest.js';
import { matchMember } from './pattern.js';
import type { Member, PolicyScene } from './types.js';

/** Instances and networks that a selector stands for; `any`, `internet` and `firewall` are neither. */
export interface Resolved {
  readonly members: readonly Member[];
  /** Names of whole segments. */
  readonly segments: readonly string[];
  /** IPv4 networks. */
  readonly networks: readonly string[];
  /** Whether tags decide who is among the members. */
  readonly byTags: boolean;
}

/** Who carries which tag and may; who claims one and may not. */
export interface Tags {
  /** Tag → `project/name`. */
  readonly carriers: ReadonlyMap<string, ReadonlySet<string>>;
  readonly ignored: readonly { readonly instance: Instance; readonly tag: string; readonly why: string }[];
}

/** Resolves selectors against a scene; each selector is resolved once. */
export interface Resolver {
  readonly tags: Tags;
  resolve(selector: Selector): Resolved;
}

/** A resolver; groups must be free of cycles. Pure. */
export function createResolver(scene: PolicyScene): Resolver {
  const tags = readTags(scene);
  const groups = new Map(scene.policy.groups.map((group) => [group.name, group]));
  const known = new Map<string, Resolved>();
  const byInstance = new Map<string, Member[]>();
  for (const member of scene.members) {
    const before = byInstance.get(member.instance);
    if (before === undefined) byInstance.set(member.instance, [member]);
    else before.push(member);
  }
  function resolve(selector: Selector): Resolved {
    const key = `${selector.kind} ${selector.text}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const found = withHeld(withKept(resolveOne(selector), selector, scene), selector, scene);
    known.set(key, found);
    return found;
  }
  function resolveOne(selector: Selector): Resolved {
    switch (selector.kind) {
      case 'group':
        return union((groups.get(selector.group) ?? NOBODY).members.map(resolve));
      case 'tag': {
        const carriers = tags.carriers.get(selector.tag);
        return { ...some([...(carriers ?? [])].flatMap((name) => byInstance.get(name) ?? [])), byTags: true };
      }
      case 'project':
        return some(scene.members.filter((member) => member.project === selector.project));
      case 'instances':
        return some(scene.members.filter(matchMember(selector.pattern)));
      case 'segment':
        return { ...NONE, segments: [selector.segment] };
      case 'network':
        return { ...NONE, networks: [selector.network] };
      case 'any':
      case 'internet':
      case 'firewall':
        return NONE;
    }
  }
  return { tags, resolve };
}

/** The name that a selector's alias has in its marker; undefined for those that tags never decide about. */
export function aliasKey(selector: Selector): string | undefined {
  if (selector.kind === 'group') return aliasKeyOf('group', selector.group);
  return selector.kind === 'tag' ? aliasKeyOf('tag', selector.tag) : undefined;
}

/** What the marker of an alias says after its owner: `alias/web` for a group, with the kind before the name for anything else. */
export function aliasKeyOf(kind: string, name: string): string {
  return kind === 'group' ? `alias/${name}` : `alias/${kind}/${name}`;
}

function withKept(found: Resolved, selector: Selector, { kept, members }: PolicyScene): Resolved {
  const stays = found.byTags ? kept.get(aliasKey(selector) ?? '') : undefined;
  if (stays === undefined || stays.size === 0) return found;
  return union([found, some(members.filter((member) => stays.has(member.address)))]);
}

/** Of an alias that stands, those of held projects are in it who are in it now. */
function withHeld(found: Resolved, selector: Selector, { held, members }: PolicyScene): Resolved {
  if (held === undefined) return found;
  const standing = held.standing.get(standingKey(selector) ?? '');
  const isNew = ({ instance, address }: Member): boolean =>
    found.byTags && held.gainNothing.has(instance) && standing?.has(address) !== true;
  const allowed = { ...found, members: found.members.filter((member) => !isNew(member)) };
  if (standing === undefined) return allowed;
  const isHeld = ({ project }: Member): boolean => held.projects.has(project);
  const stays = members.filter((member) => isHeld(member) && standing.has(member.address));
  return { ...allowed, members: [...allowed.members.filter((member) => !isHeld(member)), ...stays] };
}

function standingKey(selector: Selector): string | undefined {
  if (selector.kind === 'project') return aliasKeyOf('project', selector.project);
  if (selector.kind === 'instances') return aliasKeyOf('instances', shortDigest(selector.pattern));
  return aliasKey(selector);
}

const NONE: Resolved = { members: [], segments: [], networks: [], byTags: false };
const NOBODY: Pick<PolicyGroup, 'members'> = { members: [] };

function some(members: readonly Member[]): Resolved {
  return { ...NONE, members };
}

/** Each member, segment and network once, in the order in which they were first named. */
export function union(all: readonly Resolved[]): Resolved {
  const members = new Map(all.flatMap((one) => one.members).map((member) => [member.nic, member]));
  return {
    members: [...members.values()],
    segments: [...new Set(all.flatMap((one) => one.segments))],
    networks: [...new Set(all.flatMap((one) => one.networks))],
    byTags: all.some((one) => one.byTags),
  };
}

/** A tag counts only where the policy gives it to the instance's project: whoever may edit an instance could claim any. */
function readTags({ policy, instances }: PolicyScene): Tags {
  const owners = new Map(policy.tagOwners.map((owner) => [owner.tag, new Set(owner.projects)]));
  const carriers = new Map<string, Set<string>>();
  const ignored: { instance: Instance; tag: string; why: string }[] = [];
  for (const instance of instances) {
    for (const tag of instance.tags) {
      const projects = owners.get(tag);
      if (projects === undefined) ignored.push({ instance, tag, why: 'tagOwners does not know it' });
      else if (!projects.has(instance.project) && !projects.has('*'))
        ignored.push({ instance, tag, why: `tagOwners does not give it to the project ${instance.project}` });
      else {
        const set = carriers.get(tag) ?? new Set();
        carriers.set(tag, set.add(instanceName(instance)));
      }
    }
  }
  return { carriers, ignored };
}
