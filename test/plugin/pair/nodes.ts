import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createSimUser } from '../../../src/sim/opnsense/users.js';
import { run } from '../../support/command.js';
import { type Answer, get, php, read, records, write } from '../engine/support.js';
import { type StandIn, startStandIn } from '../standin/start.js';

const SCRIPT = join(import.meta.dirname, '../../../plugin/net/slash32/src/opnsense/scripts/slash32/slash32.php');

/** What a whole hand-over needs in System: High Availability: Settings. */
export const ITEMS = 'slash32,dhcpd,rules,aliases,nat,categories';

/** Two firewalls with a CARP address on opt1: the first one pushes to the second. */
export interface Pair {
  readonly first: StandIn;
  readonly second: StandIn;
  stop(): Promise<void>;
}

/** What of `<hasync>` differs from a pair that is set up as it should be. */
export interface PairOptions {
  readonly items?: string;
  readonly password?: string;
  /** false: `synchronizetoip` is empty. */
  readonly hasPeer?: boolean;
  /** Whether the first one pushes after a change is final; default true. */
  readonly push?: boolean;
  /** Nobody has ever synchronised the second one. */
  readonly isNew?: boolean;
  /** The second one may not synchronise. */
  readonly withoutPrivilege?: boolean;
}

const VIPS = `<virtualip><vip><mode>carp</mode><interface>opt1</interface><vhid>7</vhid><subnet>10.10.1.254</subnet>
  <subnet_bits>24</subnet_bits></vip><vip><mode>carp</mode><interface>opt2</interface><vhid>8</vhid>
  <subnet>2001:db8::1</subnet><subnet_bits>64</subnet_bits></vip></virtualip>`;

/** What stays there when the last destination NAT goes, so that OPNsense sends no empty element. */
const NAT = '<nat><outbound><mode>automatic</mode></outbound></nat>';
const MERGED = `<revision><username>root</username><time>1795316375.44</time>
  <description>Merged dhcpd config sections from XMLRPC client.</description></revision>`;

/** Starts both: the first one is master, the second one backup. */
export async function startPair(options: PairOptions = {}): Promise<Pair> {
  const users = [createSimUser('slash32', ['page-services-slash32-api', 'page-services-slash32'])];
  const sync = createSimUser('sync', options.withoutPrivilege === true ? [] : ['page-xmlrpclibrary']);
  const first = await startStandIn({ users, files: { 'carp.json': '{"*": "MASTER"}' } });
  let second: StandIn | undefined;
  try {
    second = await startStandIn({ users: [...users, sync], files: { 'carp.json': '{"*": "BACKUP"}' } });
    const peer = options.hasPeer === false ? '' : second.url;
    const set = `<hasync><synchronizetoip>${peer}</synchronizetoip><username>sync</username>
      <password>${options.password ?? sync.password}</password><syncitems>${options.items ?? ITEMS}</syncitems></hasync>`;
    for (const [node, text] of [
      [first, set],
      [second, ''],
    ] as const) {
      const config = read(node, 'conf/config.xml')
        .replace('<theme>', `${VIPS}${NAT}${text}<theme>`)
        .replace(/<revision>[\s\S]*<\/revision>/, options.isNew === true ? '$&' : MERGED);
      const push = options.push === false ? 0 : 1;
      const general = `<publishes>opt1 tcp/8443</publishes><ha_push>${push}<`;
      write(node, 'conf/config.xml', config.replace('<ha_push>0<', general));
    }
  } catch (error) {
    await first.stop();
    await second?.stop();
    throw error;
  }
  const both = [first, second];
  return {
    first,
    second,
    async stop() {
      for (const node of both) await node.stop();
    },
  };
}

/** Who of the two is master from now on. */
export function lead(pair: Pair, who: 'first' | 'second' | 'both' | 'none'): void {
  const word = (is: boolean) => `{"*": "${is ? 'MASTER' : 'BACKUP'}"}`;
  write(pair.first, 'carp.json', word(who === 'first' || who === 'both'));
  write(pair.second, 'carp.json', word(who === 'second' || who === 'both'));
}

/** What a node says of the pair. */
export async function ha(node: StandIn): Promise<Answer> {
  return (await get(node)).ha as Answer;
}

/** Has what is owed pushed now, whatever it was put off for, and waits for whoever is at it already. */
export async function pay(node: StandIn): Promise<void> {
  await idle(node);
  for (const file of records(node, 'due')) {
    const debt = JSON.parse(read(node, `conf/slash32/${file}`) || '{}');
    write(node, `conf/slash32/${file}`, JSON.stringify({ ...debt, next: 0 }));
  }
  await php(node, SCRIPT, 'settle');
  await idle(node);
}

/** Nobody pushes: the lock that every push is made under is free. */
async function idle(node: StandIn): Promise<void> {
  await run('flock', [join(node.folder, 'var/run/slash32-push.lock'), 'true']);
}

/** config.xml as somebody else saves it by hand, with OPNsense's own note of it. */
function saveByHand(node: StandIn, user: string, change: (text: string) => string): void {
  const now = (Date.now() / 1000).toFixed(2);
  const revision = `<revision><username>${user}</username><description>changed by hand</description><time>${now}</time></revision>`;
  const text = change(read(node, 'conf/config.xml')).replace(/<revision>[\s\S]*?<\/revision>/, '');
  const whole = text.replace('</opnsense>', `${revision}</opnsense>`);
  write(node, 'conf/config.xml', whole);
  write(node, `conf/backup/config-${now}.xml`, whole);
}

/** Somebody adds an alias on a node; whether it is still there, `text.includes(name)` says. */
export function addAliasByHand(node: StandIn, name: string): void {
  const alias = `<alias uuid="${randomUUID()}"><enabled>1</enabled><name>${name}</name><type>host</type></alias>`;
  saveByHand(node, 'root@10.0.0.9', (text) =>
    text.replace('<aliases/>', '<aliases></aliases>').replace('<aliases>', `<aliases>${alias}`),
  );
}

/** What both have in common, line by line and sorted: OPNsense puts keys that are new to a node behind the old ones. */
export function shared(node: StandIn): string {
  const text = read(node, 'conf/config.xml').replace(/ persisted_at="[^"]*"/g, '');
  return ['dhcpd', 'nat', 'Slash32', 'Alias', 'Filter', 'Category']
    .flatMap((tag) => new RegExp(`<${tag}[ >][\\s\\S]*?</${tag}>`).exec(text)?.[0].split('\n') ?? [])
    .map((line) => line.trim())
    .sort()
    .join('\n');
}
