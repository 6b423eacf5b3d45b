import { describe, expect, test } from 'vitest';
import { takePicture } from './browser.js';
import { addWaiting, createGuiFirewall } from './firewall.js';
import { createFurnishedFirewall, createGuiRig, createReservation, readColumn, readField } from './rig.js';

const ID = '1f0c2a3b4c5d6e7f';
const HOSTILE = '<img src=x onerror="alert(1)"><script>alert(2)</script>&amp;lt;"\'';
const { open, translateWith } = createGuiRig();

describe('the status page in trouble', () => {
  test('shows markup in every value as text, in the tables, the panel, the filter, the messages and the dialog', async (ctx) => {
    const firewall = createGuiFirewall();
    firewall.reservations = [
      { ...createReservation('opt1', HOSTILE, '10.10.1.11', HOSTILE), mac: HOSTILE, owner: HOSTILE, nic: HOSTILE },
    ];
    addWaiting(firewall, ID, 60, {
      owner: HOSTILE,
      user: HOSTILE,
      host: HOSTILE,
      summary: HOSTILE,
      revision: HOSTILE,
      details: [HOSTILE],
    });
    firewall.instead.set('rollback', { status: 200, body: { result: 'failed', message: HOSTILE } });
    const { page, errors } = await open(ctx, firewall);
    await page.locator('#slash32-reservations [data-row]').waitFor();
    for (const column of ['interface_descr', 'mac', 'hostname', 'owner', 'nic']) {
      expect(await readColumn(page, 'reservations', column)).toEqual([HOSTILE]);
    }
    for (const column of ['summary', 'owner', 'user', 'host', 'details']) {
      expect(await readColumn(page, 'applies', column)).toEqual([HOSTILE]);
    }
    expect(await page.locator('[data-part=interface] option').nth(1).textContent()).toBe(`${HOSTILE} (1)`);
    expect(await page.locator('.slash32-pending [data-field=summary]').textContent()).toBe(HOSTILE);
    expect(await page.locator('.slash32-pending [data-field=owner]').textContent()).toBe(HOSTILE);
    expect(await page.locator('.slash32-pending [data-field=by]').textContent()).toBe(`${HOSTILE} from ${HOSTILE}`);
    await page.getByRole('button', { name: 'Roll back now' }).click();
    await page.getByRole('button', { name: 'Roll back', exact: true }).click();
    await expect.poll(() => page.locator('[data-part=message]').textContent()).toBe(`It was not done: ${HOSTILE}`);
    expect(await page.locator('img, main script:not([src]):not(:empty)').count()).toBe(1);
    expect(errors).toEqual([]);
  });

  test('makes no element of markup even if it were sent without entities', async (ctx) => {
    const firewall = createGuiFirewall();
    firewall.escapes = false;
    firewall.reservations = [createReservation('opt1', HOSTILE, '10.10.1.11', HOSTILE)];
    addWaiting(firewall, ID, 60, { owner: HOSTILE, summary: HOSTILE, details: [HOSTILE] });
    const { page, errors } = await open(ctx, firewall);
    await page.locator('#slash32-reservations [data-row]').waitFor();
    await page.locator('#slash32-applies [data-row]').waitFor();
    await page.locator('.slash32-pending').waitFor();
    expect(await page.locator('main img').count()).toBe(0);
    expect(errors).toEqual([]);
  });

  test('shows translations with markup and quotes as text too', async (ctx) => {
    const firewall = createFurnishedFirewall();
    addWaiting(firewall, ID, 60);
    translateWith((text) => `${text} <b>l'été "x"</b>`);
    const { page, errors } = await open(ctx, firewall);
    await page.getByRole('button', { name: /Roll back now <b>/ }).click();
    expect(await page.locator('.modal h4').textContent()).toBe(`Roll back <b>l'été "x"</b>`);
    expect(await page.locator('main :not(th) > b, .modal b').count()).toBe(0);
    expect(errors).toEqual([]);
  });

  test('says what the engine says when it cannot read the state, and recovers by itself', async (ctx) => {
    const firewall = createFurnishedFirewall();
    addWaiting(firewall, ID, 60);
    const { page } = await open(ctx, firewall);
    await page.locator('.slash32-pending').waitFor();
    firewall.instead.set('summary', { status: 200, body: { result: 'failed', message: 'configd is away.' } });
    await page.clock.fastForward(5000);
    await page.locator('[data-part=trouble]', { hasText: 'configd is away.' }).waitFor();
    expect(await page.locator('.slash32-pending').isVisible()).toBe(true);
    await takePicture(page, 'trouble');
    firewall.instead.clear();
    await page.clock.fastForward(5000);
    await page.locator('[data-part=trouble]').waitFor({ state: 'hidden' });
  });

  test.for([
    [{ status: 403, body: 'Forbidden' }, 'you are signed out, or may not see this'],
    [{ status: 500, body: { errorMessage: 'Unexpected error' } }, 'Unexpected error'],
    [{ status: 200, body: 'not what was asked for' }, 'The firewall does not answer.'],
  ] as const)('tells %j from a state', async ([answer, text], ctx) => {
    const firewall = createFurnishedFirewall();
    firewall.instead.set('summary', answer);
    const { page } = await open(ctx, firewall);
    await page.locator('[data-part=trouble]', { hasText: text }).waitFor();
  });

  test('a firewall that falls silent is told within ten seconds, and the countdown goes on', async (ctx) => {
    const firewall = createFurnishedFirewall();
    addWaiting(firewall, ID, 60);
    const { page } = await open(ctx, firewall);
    await page.locator('.slash32-pending').waitFor();
    firewall.instead.set('summary', 'silence');
    await page.clock.fastForward(5000);
    await expect.poll(() => firewall.calls.length).toBeGreaterThan(3);
    await page.clock.fastForward(8000);
    await page.locator('[data-part=trouble]', { hasText: 'The firewall does not answer.' }).waitFor();
    const before = await readField(page, 'clock');
    await expect.poll(() => readField(page, 'clock')).not.toBe(before);
    firewall.instead.clear();
    await page.clock.fastForward(8000);
    await page.locator('[data-part=trouble]').waitFor({ state: 'hidden' });
  });

  test('a read-only user is told, and can try again', async (ctx) => {
    const firewall = createFurnishedFirewall();
    addWaiting(firewall, ID, 60);
    const errorMessage = 'User readonly denied for write access (user-config-readonly set)';
    firewall.instead.set('confirm', { status: 500, body: { errorMessage, errorTitle: 'General access' } });
    const { page } = await open(ctx, firewall);
    const button = page.getByRole('button', { name: 'Confirm: keep it' });
    await button.click();
    await page.locator('[data-part=message]', { hasText: errorMessage }).waitFor();
    await expect.poll(() => button.isEnabled()).toBe(true);
    expect(firewall.waiting).toHaveLength(1);
  });

  test('1,000 reservations come page by page, and can be searched and sorted', async (ctx) => {
    const firewall = createGuiFirewall();
    firewall.reservations = Array.from({ length: 1000 }, (_none, index) =>
      createReservation('opt1', 'SERVERS', `10.10.${Math.floor(index / 250)}.${(index % 250) + 1}`, `host-${index}`),
    );
    const { page, errors } = await open(ctx, firewall);
    await page.getByText('Showing 1 to 50 of 1000 entries').waitFor();
    expect(await readField(page, 'managed')).toBe('1000');
    await page.locator('#slash32-reservations .grid-foot button').nth(1).click();
    await page.getByText('Showing 51 to 100 of 1000 entries').waitFor();
    await page.locator('#slash32-reservations input').fill('host-99');
    await page.getByText('Showing 1 to 11 of 11 entries').waitFor();
    await page.locator('#slash32-reservations th[data-column-id=ipaddr]').click();
    await expect.poll(async () => (await readColumn(page, 'reservations', 'hostname'))[0]).toBe('host-99');
    await takePicture(page, 'many');
    expect(errors).toEqual([]);
  });

  test('says where to choose the interfaces when slash32 may not touch any, and that DHCP is down when it is', async (ctx) => {
    const firewall = createGuiFirewall();
    firewall.scope = [];
    firewall.dhcp = 'stopped';
    const { page } = await open(ctx, firewall);
    await page.getByText('slash32 may not touch any interface yet.').waitFor();
    expect(await page.getByRole('link', { name: /settings/ }).getAttribute('href')).toBe('/ui/slash32/index/settings');
    expect(await page.locator('[data-field=dhcp].text-danger').textContent()).toBe('Stopped, although it should run');
    expect(await readField(page, 'last')).toBe('Never');
    await takePicture(page, 'fresh');
  });

  test('two owners that wait at the same time have a panel each, and each button ends its own change', async (ctx) => {
    const firewall = createFurnishedFirewall();
    addWaiting(firewall, ID, 60);
    addWaiting(firewall, 'bbbbbbbbbbbbbbbb', 90, { owner: 'lab' });
    const { page } = await open(ctx, firewall);
    const lab = page.locator('.slash32-pending', { hasText: 'lab' });
    await lab.getByRole('button', { name: 'Confirm: keep it' }).click();
    await page.getByText('Confirmed: the change is kept for good.').waitFor();
    expect(firewall.waiting.map((change) => change.id)).toEqual([ID]);
    expect(await page.locator('.slash32-pending').count()).toBe(1);
  });

  test('a change that slash32 confirms meanwhile is told without anybody asking', async (ctx) => {
    const firewall = createFurnishedFirewall();
    addWaiting(firewall, ID, 60);
    const { page } = await open(ctx, firewall);
    await page.locator('.slash32-pending').waitFor();
    firewall.waiting = [];
    const [entry] = firewall.applies;
    if (entry !== undefined) entry.outcome = 'confirmed';
    await page.clock.fastForward(5000);
    await page.getByText('Confirmed: the change is kept for good.').waitFor();
    expect(await page.locator('[data-part=quiet]').isVisible()).toBe(true);
  });
});
