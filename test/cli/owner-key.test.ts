import { describe, expect, it } from 'vitest';
import { listed, slash32 } from './harness.js';
import { pluginScene } from './plugin-scene.js';

describe('an owner that is bound to the key of a user', () => {
  it('is so by his first apply; with another key plan says so, apply, confirm and rollback are refused, and nothing is written', async () => {
    const { cwd, firewall } = await pluginScene([listed('web')]);
    expect((await slash32(['apply', '--yes', '--no-confirm-wait'], { cwd })).code).toBe(0);
    firewall.bindOwner('home', 'other');
    const before = firewall.configText();

    const plan = await slash32(['plan'], { cwd });
    expect(plan.out).toContain('Only the key of the user other may act for the owner home, and this key is of slash32');
    for (const args of [['confirm'], ['rollback'], ['release', '--all', '--keep', '--yes']]) {
      const refused = await slash32(args, { cwd });
      expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('S32_PLUGIN_')]);
    }
    expect((await slash32(['confirm'], { cwd })).err).toContain('S32_PLUGIN_USER');
    expect(firewall.configText()).toBe(before);

    firewall.bindOwner('home', 'slash32');
    expect((await slash32(['confirm'], { cwd })).code).toBe(0);
    firewall.bindOwner('home', 'other');
    const apply = await slash32(['release', '--all', '--keep', '--yes'], { cwd });
    expect([apply.code, apply.err]).toEqual([1, expect.stringContaining('S32_PLUGIN_USER')]);
    expect(apply.err).toContain('Services: slash32: Settings, Owners');
  });

  it('is named where the firewall binds nobody to an owner that it knows', async () => {
    const { cwd, firewall } = await pluginScene([listed('web')]);
    expect((await slash32(['plan'], { cwd })).out).not.toContain('Any key');
    await slash32(['apply', '--yes'], { cwd });
    expect((await slash32(['plan'], { cwd })).out).not.toContain('Any key');
    firewall.bindOwner('home', undefined);

    const plan = await slash32(['plan'], { cwd });
    expect(plan.code).toBe(0);
    expect(plan.out).toContain('Any key with the privilege of the plugin may act for the owner home');
    expect(plan.out).toContain(
      'with the line "home slash32" on the firewall under Services: slash32: Settings, Owners.',
    );
  });
});
