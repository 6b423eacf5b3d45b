import { describe, expect, it } from 'vitest';
import { asInvoked, COMMANDS, invokedAs } from '../../src/cli/invoked.js';
import { buildProgram } from '../../src/cli/program.js';
import { slash32, temporaryFolder } from './harness.js';

describe('the name of this installation', () => {
  it.each<[string, string | undefined, string]>([
    ['on the PATH', '/usr/bin/slash32', 'slash32'],
    ['of a project', '/srv/infra/node_modules/.bin/slash32', 'npx slash32'],
    ['from the sources', '/home/ada/slash32/bin/slash32.js', 'node bin/slash32.js'],
    ['from sources elsewhere', '/opt/slash32/bin/slash32.js', 'node /opt/slash32/bin/slash32.js'],
    ['from a folder with a space', '/home/ada/slash32/my bin/slash32.js', "node 'my bin/slash32.js'"],
    ['unknown', undefined, 'slash32'],
  ])('%s', (_, script, name) => {
    expect(invokedAs(script, '/home/ada/slash32')).toBe(name);
  });
});

describe('a command in a sentence', () => {
  it.each([
    ['Run `slash32 check`, then slash32 plan.', 'Run `node bin/slash32.js check`, then node bin/slash32.js plan.'],
    ['slash32 release-hold', 'node bin/slash32.js release-hold'],
    ['slash32 wrote nothing, and slash32 testing', 'slash32 wrote nothing, and slash32 testing'],
    ['web [slash32:home:default/web/eth0:1]', 'web [slash32:home:default/web/eth0:1]'],
    ['/usr/bin/slash32 serve', '/usr/bin/slash32 serve'],
    ['incus config trust add slash32 --restricted', 'incus config trust add slash32 --restricted'],
  ])('%s', (text, shown) => {
    expect(asInvoked(text, 'node bin/slash32.js')).toBe(shown);
    expect(asInvoked(text, 'slash32')).toBe(text);
  });

  it('is one of those that the program has', () => {
    const program = buildProgram({} as never, '0.0.0', () => {});
    const names = program.commands.map((one) => one.name()).filter((name) => name !== 'help');
    expect(names.filter((name) => !(COMMANDS as readonly string[]).includes(name))).toEqual([]);
  });

  it('is the one of this installation in hints', async () => {
    const ran = await slash32(['plan'], { cwd: await temporaryFolder(), command: 'node bin/slash32.js' });
    expect(ran.err).toContain('node bin/slash32.js init');
    expect(ran.err).not.toMatch(/(?<!bin\/)slash32 init/);
  });
});
