import { describe, expect, test } from 'vitest';
import { takePicture } from './browser.js';
import { addWaiting, createGuiFirewall } from './firewall.js';
import { createFurnishedFirewall, createGuiRig, createReservation } from './rig.js';

const ID = '1f0c2a3b4c5d6e7f';
const { open } = createGuiRig();

describe('the dashboard widget', () => {
  test('shows the same three facts: what waits, how much is managed, the last apply', async (ctx) => {
    const { page, errors } = await open(ctx, createFurnishedFirewall(), '/dashboard');
    const rows = page.locator('.flextable-row');
    await rows.nth(2).waitFor();
    expect(await rows.nth(0).textContent()).toBe('Waiting to be confirmedNothing');
    expect(await rows.nth(1).textContent()).toBe('Managed reservations4 (DMZ 1, SERVERS 3)');
    expect(await rows.nth(2).textContent()).toMatch(/Last apply.*1 reservation updated \(confirmed\)home/);
    expect(errors).toEqual([]);
  });

  test('counts down a change that waits between two questions, and links to where it is decided', async (ctx) => {
    const firewall = createFurnishedFirewall();
    addWaiting(firewall, ID, 90);
    const { page } = await open(ctx, firewall, '/dashboard');
    const face = page.locator('.slash32-left');
    await expect.poll(() => face.textContent()).toMatch(/^1:[23]\d left, then the firewall rolls it back$/);
    const before = await face.textContent();
    firewall.instead.set('summary', 'silence');
    await expect.poll(() => face.textContent()).not.toBe(before);
    expect(await page.getByRole('link', { name: 'Confirm or roll back' }).getAttribute('href')).toBe(
      '/ui/slash32/index/status',
    );
    await takePicture(page, 'widget');
  });

  test.for([true, false])(
    'shows markup as text, sent with entities: %s; and the engine’s own words',
    async (escapes, ctx) => {
      const firewall = createGuiFirewall();
      firewall.escapes = escapes;
      const hostile = `<img src=x onerror="alert(1)">${escapes ? '&amp;' : '&'}"'`;
      firewall.reservations = [createReservation('opt1', hostile, '10.10.1.11', 'web')];
      addWaiting(firewall, ID, 60, { owner: hostile, summary: hostile });
      const { page, errors } = await open(ctx, firewall, '/dashboard');
      await expect.poll(() => page.locator('.flextable-row').nth(0).textContent()).toContain(`${hostile}: ${hostile}`);
      expect(await page.locator('.flextable-row').nth(1).textContent()).toContain(`1 (${hostile} 1)`);
      firewall.instead.set('summary', { status: 200, body: { result: 'failed', message: hostile } });
      await expect.poll(() => page.locator('.flextable-row').count()).toBe(1);
      expect(await page.locator('.flextable-row').textContent()).toContain(hostile);
      expect(await page.locator('img').count()).toBe(0);
      expect(errors).toEqual([]);
    },
  );
});
