import { createHash, randomBytes } from 'node:crypto';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import type { SimUser } from '../../../src/sim/opnsense/users.js';
import { APPLY, ENDING } from './answer-schema.js';
import type { Rig } from './rigs.js';
import { USERS } from './scene.js';
import { STATE } from './state-schema.js';

/** A JSON object of an answer. */
export type Fields = Readonly<Record<string, unknown>>;

/** An answer with its status. */
export interface Reply {
  readonly status: number;
  readonly location: string | null;
  readonly body: Fields;
}

const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true, discriminator: false });
const documented = {
  get: ajv.compile(STATE),
  apply: ajv.compile(APPLY),
  confirm: ajv.compile(ENDING),
  rollback: ajv.compile(ENDING),
} as const;

/** Sends a call and reads the answer, whatever it is. */
export async function send(
  rig: Rig,
  method: string,
  verb: string,
  body?: string,
  user: SimUser | undefined = USERS.slash32,
  type = 'application/json',
): Promise<Reply> {
  const authorization = user && {
    authorization: `Basic ${Buffer.from(`${user.key}:${user.secret}`).toString('base64')}`,
  };
  const answer = await fetch(`${rig.url}/api/slash32/state/${verb}`, {
    method,
    redirect: 'manual',
    headers: { ...authorization, ...(body === undefined ? {} : { 'content-type': type }) },
    ...(body === undefined ? {} : { body }),
  });
  const text = await answer.text();
  return { status: answer.status, location: answer.headers.get('location'), body: parse(text) };
}

/** `state/get`; the answer must have the documented form. */
export async function get(rig: Rig): Promise<Fields> {
  return asDocumented('get', (await send(rig, 'GET', 'get')).body);
}

/** A writing call; the answer must have the documented form. */
export async function post(rig: Rig, verb: 'apply' | 'confirm' | 'rollback', body: unknown): Promise<Fields> {
  return asDocumented(verb, (await send(rig, 'POST', verb, JSON.stringify(body))).body);
}

/** An apply on the revision of now. */
export function apply(rig: Rig, more: Fields = {}): Promise<Fields> {
  return post(rig, 'apply', applyOf(rig, more));
}

/** SHA-256 of config.xml as it is now. */
export function revisionOf(rig: Rig): string {
  return createHash('sha256').update(rig.text()).digest('hex');
}

/** `<opt1>` of the DHCP settings without blanks. */
export function section(rig: Rig, id = 'opt1'): string {
  const found = new RegExp(`<dhcpd>[\\s\\S]*?(<${id}>[\\s\\S]*?</${id}>)`).exec(rig.text())?.[1] ?? '';
  return found.replace(/>\s+</g, '><');
}

/** Every `<rule>` of `<nat>` without blanks, in order. */
export function natOf(rig: Rig): string[] {
  const nat = /<nat>([\s\S]*?)<\/nat>/.exec(rig.text())?.[1] ?? '';
  return nat.replace(/>\s+</g, '><').match(/<rule [\s\S]*?<\/rule>/g) ?? [];
}

/** config.xml without blanks and without what every save writes anew. */
export function bare(rig: Rig): string {
  return rig
    .text()
    .replace(/>\s+</g, '><')
    .replace(
      /<revision>.*<\/revision>|<owners>.*<\/owners>|<owner_users>[^<]*<\/owner_users>|<owner_users\/>| persisted_at="[\d.]*"/g,
      '',
    );
}

/** A fresh confirm token. */
export function newToken(): string {
  return randomBytes(32).toString('hex');
}

/** The body of an apply on the revision of now. */
export function applyOf(rig: Rig, more: Fields = {}): Fields {
  return {
    owner: 'home',
    fingerprint: 'a'.repeat(32),
    host: 'incus1',
    base_revision: revisionOf(rig),
    message: 'a test',
    confirm_seconds: 0,
    ...more,
  };
}

/** One interface of an apply. */
export function on(id: string, more: Fields): Fields {
  return { segments: [{ interface: id, ...more }] };
}

/** A reservation of the owner `home`; `more` says what is different. */
export function entry(name: string, last: number, more: Fields = {}): Fields {
  const mac = `10:66:6a:00:00:${last.toString(16).padStart(2, '0')}`;
  const descr = `${name} [slash32:home:default/${name}/eth0:a2432d30]`;
  return { mac, ipaddr: `10.10.1.${last}`, hostname: name, descr, arp: false, ...more };
}

/** An alias of the owner `home`. */
export function alias(name: string, more: Fields = {}): Fields {
  return { name, type: 'host', content: ['10.10.1.11'], descr: `test [slash32:home:alias/${name}]`, ...more };
}

/** A rule of the owner `home`. */
export function rule(id: string, more: Fields = {}): Fields {
  return {
    descr: `test [slash32:home:rule/${id}]`,
    interface: 'opt1',
    action: 'pass',
    protocol: 'TCP',
    source_net: 'any',
    destination_net: '10.10.1.12',
    destination_port: '5432',
    sequence: 1000,
    ...more,
  };
}

/** A destination NAT of the owner `home` on WAN, which is out of scope. */
export function redirect(id: string, more: Fields = {}): Fields {
  return {
    descr: `test [slash32:home:nat/${id}]`,
    interface: 'wan',
    protocol: 'tcp',
    destination_net: 'wanip',
    destination_port: '443',
    target: '10.10.1.11',
    local_port: 8443,
    sequence: 100,
    ...more,
  };
}

/** The rule that lets in what a redirect leads to. */
export function published(id: string, more: Fields = {}): Fields {
  return rule(id, { interface: 'wan', destination_net: '10.10.1.11', destination_port: '8443', ...more });
}

/** The first one's name to look at: which error speaks of which place. */
export function placesOf(answer: Fields): string[] {
  return ((answer.errors ?? answer.left ?? []) as { where: string }[]).map(({ where }) => where);
}

function asDocumented(verb: keyof typeof documented, answer: Fields): Fields {
  const validate = documented[verb];
  const problem = validate(answer) ? [] : validate.errors;
  expect(problem, `${verb} answered ${JSON.stringify(answer).slice(0, 2000)}`).toEqual([]);
  return answer;
}

function parse(text: string): Fields {
  try {
    return JSON.parse(text);
  } catch {
    return { text };
  }
}
