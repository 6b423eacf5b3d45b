import { expect, it } from 'vitest';
import { apply, type Fields, get, natOf, placesOf, redirect, rule } from './calls.js';
import { describeRigs } from './rigs.js';

const LINE = 'add the line "wan tcp/443" to Publishes under Services > slash32 > Settings';

/** Lines of the settings, how a redirect of tcp/443 of WAN differs, and whether it may stand. */
const LINES: readonly (readonly [publishes: readonly string[], more: Fields, isAllowed: boolean])[] = [
  [['wan tcp/443'], {}, true],
  [['wan udp/1-65535', 'wan tcp/400-500'], {}, true],
  [['wan tcp/7000-7010'], { destination_port: '7000-7010' }, true],
  [['wan tcp/7000-7010'], { destination_port: '7002-7003' }, true],
  [['wan udp/443'], {}, false],
  [['wan tcp/80', 'wan tcp/444-65535'], {}, false],
  [['opt1 tcp/443'], {}, false],
  [['wan tcp/7000-7005'], { destination_port: '7000-7010' }, false],
  [['wan tcp/7000-7005', 'wan tcp/7006-7010'], { destination_port: '7000-7010' }, false],
];

describeRigs('where redirects may stand', (start) => {
  it('is nowhere on a new installation, not even on an interface in scope, and says which line is missing', async () => {
    const rig = await start({ publishes: [] });
    expect(await get(rig)).toMatchObject({ scope: { publishes: [] } });
    const inScope = redirect('2', {
      interface: 'opt1',
      destination_net: 'opt1ip',
      destination_port: '53',
      protocol: 'udp',
    });
    const answer = await apply(rig, { redirects: [redirect('1'), inScope] });
    expect(answer).toMatchObject({ result: 'refused', code: 'scope' });
    expect(placesOf(answer)).toEqual(['redirects/0/destination_port', 'redirects/1/destination_port']);
    expect(JSON.stringify(answer).replaceAll('\\"', '"')).toContain(LINE);
  });

  it('is said by a line that has all its ports', async () => {
    const rig = await start();
    for (const [publishes, more, isAllowed] of LINES) {
      rig.setPublishes(publishes);
      expect(await get(rig)).toMatchObject({ scope: { publishes } });
      const answer = await apply(rig, { dry_run: true, redirects: [redirect('1', more)] });
      expect(answer, publishes.join()).toMatchObject(
        isAllowed ? { result: 'checked' } : { result: 'refused', code: 'scope' },
      );
    }
  });

  it('keeps what stands when its line goes, lets it lead elsewhere, and refuses it anywhere else', async () => {
    const rig = await start({ publishes: ['wan tcp/443'] });
    await apply(rig, { redirects: [redirect('1')] });
    rig.setPublishes([]);
    expect(await apply(rig, { redirects: [redirect('1')], rules: [rule('1')] })).toMatchObject({ result: 'applied' });
    const moved = redirect('1', { target: '10.10.1.12', local_port: 9443 });
    expect(await apply(rig, { redirects: [moved], rules: [rule('1')] })).toMatchObject({ result: 'applied' });
    for (const more of [
      { destination_port: '80' },
      { protocol: 'udp' },
      { interface: 'opt1', destination_net: 'opt1ip' },
    ])
      expect(await apply(rig, { redirects: [redirect('1', more)], rules: [rule('1')] })).toMatchObject({
        result: 'refused',
        code: 'scope',
      });
    expect(await apply(rig, { redirects: [redirect('2')], rules: [rule('1')] })).toMatchObject({ code: 'scope' });
    expect(await apply(rig, { redirects: [], rules: [rule('1')] })).toMatchObject({ result: 'applied' });
    expect(await apply(rig, { redirects: [redirect('1')], rules: [rule('1')] })).toMatchObject({ code: 'scope' });
  });

  it('does not count what somebody switched off as standing', async () => {
    const rig = await start({ publishes: ['wan tcp/443'] });
    await apply(rig, { redirects: [redirect('1')] });
    rig.setPublishes([]);
    rig.edit((text) =>
      text.replace(/<disabled>0<\/disabled>(?=(?:(?!<\/rule>)[\s\S])*slash32:home:nat)/, '<disabled>1</disabled>'),
    );
    expect(natOf(rig).filter((one) => one.includes('slash32:home:nat'))[0]).toContain('<disabled>1</disabled>');
    expect(await apply(rig, { redirects: [redirect('1')] })).toMatchObject({ result: 'refused', code: 'scope' });
  });
});
