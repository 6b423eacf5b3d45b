import { describe, expect, test } from 'vitest';
import { takePicture } from './browser.js';
import { addWaiting } from './firewall.js';
import { createFurnishedFirewall, createGuiRig, readColumn, readField, readSeconds } from './rig.js';

const ID = '1f0c2a3b4c5d6e7f';
const { open } = createGuiRig();

/** Two new reservations and a rule with another port. */
const CHANGES = [
  {
    ...{ kind: 'reservation', place: 'SERVERS', name: 'default/cache/eth0' },
    ...{ before: '', after: '10.10.1.14, 10:66:6a:00:00:14, cache' },
  },
  {
    ...{ kind: 'reservation', place: 'DMZ', name: 'edge/proxy2/eth0' },
    ...{ before: '', after: '10.10.2.12, 10:66:6a:00:00:12, proxy2' },
  },
  {
    ...{ kind: 'rule', place: 'SERVERS', name: 'web to db tcp/5432' },
    ...{
      before: 'pass TCP from s32_home_web to s32_home_db port 3306',
      after: 'pass TCP from s32_home_web to s32_home_db port 5432',
    },
  },
];

describe('the status page', () => {
  test('shows at a glance that nothing waits, how much is managed, and how the last apply ended', async (ctx) => {
    const firewall = createFurnishedFirewall();
    const { page } = await open(ctx, firewall);
    await page.getByText('Everything that was applied is settled.').waitFor();
    expect(await readField(page, 'managed')).toBe('4');
    expect(await readField(page, 'managed_on')).toBe('DMZ 1 · SERVERS 3');
    expect(await readField(page, 'last_what')).toContain('1 reservation updated · confirmed');
    expect(await page.locator('.slash32-pending').count()).toBe(0);
    await takePicture(page, 'quiet');
  });

  test('lists the managed reservations by interface, and narrows them by interface and by search', async (ctx) => {
    const { page } = await open(ctx, createFurnishedFirewall());
    await page.locator('#slash32-reservations [data-row]').nth(3).waitFor();
    expect(await readColumn(page, 'reservations', 'interface_descr')).toEqual(['DMZ', 'SERVERS', 'SERVERS', 'SERVERS']);
    await page.getByLabel('Interface').selectOption({ label: 'DMZ (1)' });
    await expect.poll(() => page.locator('#slash32-reservations [data-row]').count()).toBe(1);
    await page.getByLabel('Interface').selectOption('');
    await page.locator('#slash32-reservations input').fill('web');
    await expect.poll(() => readColumn(page, 'reservations', 'hostname')).toEqual(['proxy-web', 'web']);
  });

  test('lists the last applies with who, when, what, how it ended, the revision and what is worth knowing', async (ctx) => {
    const { page } = await open(ctx, createFurnishedFirewall());
    const row = page.locator('#slash32-applies [data-row]').nth(1);
    await row.waitFor();
    expect(await row.locator('[data-cell=outcome]').textContent()).toBe('not confirmed in time');
    expect(await row.locator('[data-cell=summary]').textContent()).toBe('7 reservations deleted');
    expect(await row.locator('[data-cell=user]').textContent()).toBe('slash32@10.0.0.5');
    expect(await row.locator('[data-cell=revision]').textContent()).toBe('5c1e77aa');
    expect(await row.locator('[data-cell=at]').textContent()).not.toBe('');
    expect(await row.locator('[data-cell=details]').textContent()).toContain('Nobody confirmed in time.');
  });

  test('counts down a change that waits, says what happens if nobody does anything, and what it is', async (ctx) => {
    const firewall = createFurnishedFirewall();
    addWaiting(firewall, ID, 107);
    Object.assign(firewall.waiting[0] ?? {}, { changes: CHANGES });
    const { page } = await open(ctx, firewall);
    const panel = page.locator('.slash32-pending');
    await panel.waitFor();
    const text = (await panel.textContent()) ?? '';
    expect(text).toContain('If you do nothing, the firewall rolls it back by itself at');
    expect(text).toContain('2 reservations created, 1 rule changed');
    expect(text).toContain('slash32@10.0.0.5 from incus1');
    const before = readSeconds(await readField(page, 'clock'));
    expect(before).toBeGreaterThan(100);
    await expect.poll(async () => readSeconds(await readField(page, 'clock'))).toBeLessThan(before - 1);
    expect(await page.title()).toMatch(/^\(1:\d\d\) Services: slash32/);
    expect(await page.locator('[data-part=quiet]').isVisible()).toBe(false);
    await takePicture(page, 'plugin-status');
  });

  test('says of a change that waits what it changes, entry by entry: what stood there and what stands there now', async (ctx) => {
    const firewall = createFurnishedFirewall();
    addWaiting(firewall, ID, 107);
    Object.assign(firewall.waiting[0] ?? {}, {
      more: 7,
      changes: [
        { kind: 'reservation', place: 'SERVERS', name: 'default/web/eth0', before: '10.10.1.11', after: '10.10.1.12' },
        { kind: 'rule', place: 'SERVERS', name: 'a <b> & c', before: '', after: 'pass TCP from any to <x>' },
        { kind: 'alias', place: '', name: 's32_web', before: '10.10.1.9', after: '' },
      ],
    });
    const { page } = await open(ctx, firewall);
    const table = page.locator('.slash32-changes');
    await table.waitFor();
    expect(await table.locator('tbody td').allTextContents()).toEqual([
      ...['Reservation · SERVERS · default/web/eth0', '10.10.1.11', '10.10.1.12'],
      ...['Rule · SERVERS · a <b> & c', 'nothing', 'pass TCP from any to <x>'],
      ...['Alias · s32_web', '10.10.1.9', 'nothing'],
    ]);
    expect(await readField(page, 'more')).toBe('And 7 more.');
  });

  test('runs down to zero, shuts the buttons, and then tells that the firewall has rolled it back', async (ctx) => {
    const firewall = createFurnishedFirewall();
    addWaiting(firewall, ID, 3);
    firewall.undoing = 2500;
    const { page } = await open(ctx, firewall);
    await page.locator('.slash32-clock.text-danger').waitFor();
    await page.getByText('Time is up: the firewall is rolling it back.').waitFor();
    expect(await readField(page, 'clock')).toBe('0:00');
    expect(await page.getByRole('button', { name: 'Confirm: keep it' }).isDisabled()).toBe(true);
    expect(await page.getByRole('button', { name: 'Roll back now' }).isDisabled()).toBe(true);
    await page.getByText('Nobody confirmed in time: the firewall rolled the change back').waitFor();
    expect(await page.locator('.slash32-pending').count()).toBe(0);
    await expect.poll(async () => (await readColumn(page, 'applies', 'outcome'))[0]).toBe('not confirmed in time');
  });

  test('Confirm sends the id by POST with the session’s CSRF token, and says that the change is kept', async (ctx) => {
    const firewall = createFurnishedFirewall();
    addWaiting(firewall, ID, 60);
    const { page } = await open(ctx, firewall);
    await page.getByRole('button', { name: 'Confirm: keep it' }).click();
    await page.getByText('Confirmed: the change is kept for good.').waitFor();
    expect(await page.locator('.slash32-pending').count()).toBe(0);
    const sent = firewall.calls.find((call) => call.path.endsWith('/confirm'));
    expect(sent).toMatchObject({ method: 'POST', body: { id: ID }, csrf: 'token-of-the-session' });
    await expect.poll(async () => (await readColumn(page, 'applies', 'outcome'))[0]).toBe('confirmed');
  });

  test('Roll back asks first; Cancel sends nothing', async (ctx) => {
    const firewall = createFurnishedFirewall();
    addWaiting(firewall, ID, 60);
    const { page } = await open(ctx, firewall);
    await page.getByRole('button', { name: 'Roll back now' }).click();
    await page.getByText('Put back what was in force before this change?').waitFor();
    await takePicture(page, 'rollback');
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect(firewall.calls.some((call) => call.path.endsWith('/rollback'))).toBe(false);
    await page.getByRole('button', { name: 'Roll back now' }).click();
    await page.getByRole('button', { name: 'Roll back', exact: true }).click();
    await page.getByText('Rolled back: what was before is in force again.').waitFor();
    expect(firewall.calls.filter((call) => call.path.endsWith('/rollback'))).toHaveLength(1);
  });

  test.for([
    ['confirm', { result: 'failed', message: 'dhcpd is on fire.' }, 'It was not done: dhcpd is on fire.'],
    ['confirm', { result: 'unknown' }, 'The firewall does not know this change any more. Nothing was changed.'],
    ['confirm', { result: 'already', outcome: 'rolled_back' }, 'It was settled before: rolled back.'],
    ['confirm', { result: 'expired', left: [] }, 'Nobody confirmed in time'],
    ['confirm', { result: 'confirmed', peer: { pushed: false, message: 'fw2 is away.' } }, 'fw2 is away.'],
    ['confirm', { result: 'refused', code: 'invalid', errors: [{ message: 'No.' }] }, 'It was not done: No.'],
    [
      'rollback',
      { result: 'rolled_back', left: [{ where: 'opt1', object: 'web', message: 'changed by admin' }] },
      'opt1 web: changed by admin',
    ],
  ] as const)('%s answered with %j is told plainly', async ([verb, body, text], ctx) => {
    const firewall = createFurnishedFirewall();
    addWaiting(firewall, ID, 60);
    firewall.instead.set(verb, { status: 200, body });
    const { page } = await open(ctx, firewall);
    await page.getByRole('button', { name: verb === 'confirm' ? 'Confirm: keep it' : 'Roll back now' }).click();
    if (verb === 'rollback') await page.getByRole('button', { name: 'Roll back', exact: true }).click();
    await page.locator('[data-part=message]', { hasText: text }).waitFor();
  });
});
