import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type StandIn, startStandIn } from '../standin/start.js';
import { get, outcomeOf, post, read, records, skipReason } from './support.js';

const FOLDER = fileURLToPath(new URL('../../fixtures/before/plugin/pending', import.meta.url));
const ID = '271a413bd339c570';
/** The token of that apply, of which the record keeps the hash. */
const TOKEN = 'ab'.repeat(32);

const missing = await skipReason();

/** Today's plugin on a firewall where the one before left a change that waits, applied so many seconds ago. */
async function updated(ago: number): Promise<StandIn> {
  const box = await startStandIn({ config: fixture('config.xml') });
  onTestFinished(() => box.stop());
  const record = JSON.parse(fixture(`${ID}.json`));
  const at = Math.floor(Date.now() / 1000) - ago;
  const started = Number(process.hrtime.bigint()) / 1e9 - ago;
  const folder = join(box.folder, 'conf/slash32');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const which of ['before', 'after'])
    writeFileSync(join(folder, `${ID}.${which}.xml`), fixture(`${ID}.${which}.xml`));
  writeFileSync(
    join(folder, `${ID}.json`),
    JSON.stringify({ ...record, at, started, seconds: 600, deadline: at + 600 }),
  );
  return box;
}

function fixture(name: string): string {
  return readFileSync(join(FOLDER, name), 'utf8');
}

/** config.xml without what every save writes anew, and without the empty list of categories, which no record of that version holds. */
function served(text: string): string {
  return text
    .replace(/>\s+</g, '><')
    .replace(
      /<revision>.*<\/revision>|<owner_users>[^<]*<\/owner_users>|<owners>.*<\/owners>| persisted_at="[\d.]*"/g,
      '',
    )
    .replace('<Category><categories></categories></Category>', '');
}

describe.skipIf(missing !== undefined)('a change of the version before that waits while the plugin is updated', () => {
  it('is shown as waiting, and is kept when its owner confirms', async () => {
    const box = await updated(10);
    expect((await get(box)).pending).toEqual([expect.objectContaining({ id: ID, owner: 'home' })]);
    expect((await post(box, 'confirm', { owner: 'home', token: TOKEN })).result).toBe('confirmed');
    expect([records(box), served(read(box, 'conf/config.xml'))]).toEqual([[], served(fixture(`${ID}.after.xml`))]);
  });

  it('is undone node by node when its owner asks', async () => {
    const box = await updated(10);
    expect(await post(box, 'rollback', { owner: 'home', token: TOKEN })).toMatchObject({
      result: 'rolled_back',
      left: [],
    });
    expect([records(box), served(read(box, 'conf/config.xml'))]).toEqual([[], served(fixture(`${ID}.before.xml`))]);
  });

  it('is undone when nobody confirms in time', async () => {
    const box = await updated(601);
    await get(box);
    await expect.poll(() => outcomeOf(box, ID)).toBe('expired');
    expect(served(read(box, 'conf/config.xml'))).toBe(served(fixture(`${ID}.before.xml`)));
  });
});
