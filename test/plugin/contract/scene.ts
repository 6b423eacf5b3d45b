import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { startSimOpnsense } from '../../../src/sim/opnsense/start.js';
import { createSimUser, type SimUser } from '../../../src/sim/opnsense/users.js';
import { temporaryFolder } from '../../cli/harness.js';
import { startStandIn } from '../standin/start.js';

/** A firewall with the plugin, whichever way it is played. */
export interface Rig {
  readonly url: string;
  readonly text: () => string;
  /** Somebody else saves. */
  readonly edit: (change: (text: string) => string) => void;
}

/** How a test wants its firewall. */
export interface SceneOptions {
  readonly config?: string;
  readonly maxConfirmSeconds?: number;
}

export const USERS = {
  slash32: createSimUser('slash32', ['page-services-slash32-api']),
  admin: createSimUser('admin', ['page-all']),
  reader: createSimUser('reader', ['page-all', 'user-config-readonly']),
  nobody: createSimUser('nobody', ['page-status-interfaces']),
} as const;

/** opt1 and opt2 are in scope, opt3 is not; opt1 has a foreign entry with a field of its own, and one of the owner `work`. */
export const CONFIG = `<?xml version="1.0"?>
<opnsense>
  <system>
    <hostname>fw</hostname>
    <domain>internal</domain>
  </system>
  <interfaces>
    <wan>
      <if>em0</if>
      <enable>1</enable>
      <ipaddr>dhcp</ipaddr>
    </wan>
    <opt1>
      <if>em1</if>
      <descr>SERVERS</descr>
      <enable>1</enable>
      <ipaddr>10.10.1.1</ipaddr>
      <subnet>24</subnet>
    </opt1>
    <opt2>
      <if>em2</if>
      <descr>LOOP</descr>
      <enable>1</enable>
      <ipaddr>127.0.0.2</ipaddr>
      <subnet>8</subnet>
    </opt2>
    <opt3>
      <if>em3</if>
      <descr>DMZ</descr>
      <enable>1</enable>
      <ipaddr>10.10.3.1</ipaddr>
      <subnet>24</subnet>
    </opt3>
  </interfaces>
  <dhcpd>
    <opt1>
      <enable>1</enable>
      <range>
        <from>10.10.1.200</from>
        <to>10.10.1.240</to>
      </range>
      <numberoptions>
        <item>
          <number>252</number>
          <type>text</type>
          <value>kept</value>
        </item>
      </numberoptions>
      <ddnsdomainkey>very-secret</ddnsdomainkey>
      <staticmap>
        <mac>52:54:00:01:00:01</mac>
        <ipaddr>10.10.1.150</ipaddr>
        <hostname>hand</hostname>
        <descr>By hand &amp; kept</descr>
        <bootfilename>own.img</bootfilename>
      </staticmap>
      <staticmap>
        <mac>52:54:00:01:00:02</mac>
        <ipaddr>10.10.1.160</ipaddr>
        <hostname>other</hostname>
        <descr>other [slash32:work:default/other/eth0:00000001]</descr>
      </staticmap>
    </opt1>
    <opt2>
      <enable>1</enable>
      <range>
        <from>127.0.9.1</from>
        <to>127.0.9.9</to>
      </range>
    </opt2>
  </dhcpd>
  <OPNsense>
    <Firewall>
      <Alias>
        <aliases>
          <alias uuid="11111111-1111-4111-8111-111111111111">
            <enabled>1</enabled>
            <name>by_hand</name>
            <type>host</type>
            <content>10.10.1.150</content>
            <description>by hand</description>
          </alias>
        </aliases>
      </Alias>
      <Filter>
        <rules>
          <rule uuid="22222222-2222-4222-8222-222222222222">
            <enabled>1</enabled>
            <action>pass</action>
            <interface>opt1</interface>
            <description>by hand</description>
          </rule>
        </rules>
      </Filter>
    </Firewall>
    <Slash32 version="1.0.0">
      <general>
        <interfaces>opt1,opt2</interfaces>
        <max_confirm_seconds>600</max_confirm_seconds>
        <ha_push>0</ha_push>
      </general>
    </Slash32>
  </OPNsense>
  <revision>
    <username>(root)</username>
    <time>1795316375.44</time>
    <description>sample</description>
  </revision>
</opnsense>
`;

/** The simulated OPNsense of src/sim. */
export async function simulatorRig(options: SceneOptions = {}): Promise<Rig> {
  const folder = join(await temporaryFolder(), 'firewall');
  await mkdir(folder);
  const maxConfirmSeconds = options.maxConfirmSeconds ?? 600;
  const sim = await startSimOpnsense({
    folder,
    users: Object.values(USERS),
    config: options.config ?? CONFIG,
    plugin: { interfaces: ['opt1', 'opt2'], maxConfirmSeconds },
  });
  onTestFinished(() => sim.close());
  return rigAt(sim.url, sim.configPath);
}

/** The plugin's own PHP behind `php -S`. */
export async function phpRig(options: SceneOptions = {}): Promise<Rig> {
  const seconds = `<max_confirm_seconds>${options.maxConfirmSeconds ?? 600}<`;
  const config = (options.config ?? CONFIG).replace('<max_confirm_seconds>600<', seconds);
  const box = await startStandIn({ users: Object.values(USERS), config, workers: 2 });
  onTestFinished(() => box.stop());
  return rigAt(box.url, join(box.folder, 'conf', 'config.xml'));
}

function rigAt(url: string, path: string): Rig {
  const text = (): string => readFileSync(path, 'utf8');
  return { url, text, edit: (change) => writeFileSync(path, change(text())) };
}

/** An answer with its status. */
export interface Reply {
  readonly status: number;
  readonly location: string | null;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Sends a call and reads the answer, whatever it is. */
export async function send(
  rig: Rig,
  method: string,
  verb: string,
  body?: string,
  user: SimUser | undefined = USERS.slash32,
): Promise<Reply> {
  const authorization = user && {
    authorization: `Basic ${Buffer.from(`${user.key}:${user.secret}`).toString('base64')}`,
  };
  const answer = await fetch(`${rig.url}/api/slash32/state/${verb}`, {
    method,
    redirect: 'manual',
    headers: { ...authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body }),
  });
  const text = await answer.text();
  return { status: answer.status, location: answer.headers.get('location'), body: parse(text) };
}

/** `state/get`. */
export async function get(rig: Rig): Promise<Readonly<Record<string, unknown>>> {
  return (await send(rig, 'GET', 'get')).body;
}

/** A writing call. */
export async function post(rig: Rig, verb: string, body: unknown): Promise<Readonly<Record<string, unknown>>> {
  return (await send(rig, 'POST', verb, JSON.stringify(body))).body;
}

/** SHA-256 of config.xml as it is now. */
export function revisionOf(rig: Rig): string {
  return createHash('sha256').update(rig.text()).digest('hex');
}

/** A fresh confirm token. */
export function newToken(): string {
  return randomBytes(32).toString('hex');
}

/** The body of an apply on the revision of now. */
export function applyOf(rig: Rig, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
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
export function on(id: string, more: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { segments: [{ interface: id, ...more }] };
}

/** A reservation of the owner `home`; `more` says what is different. */
export function entry(
  name: string,
  last: number,
  more: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const mac = `10:66:6a:00:00:${last.toString(16).padStart(2, '0')}`;
  const descr = `${name} [slash32:home:default/${name}/eth0:a2432d30]`;
  return { mac, ipaddr: `10.10.1.${last}`, hostname: name, descr, arp: false, ...more };
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text);
  } catch {
    return { text };
  }
}
