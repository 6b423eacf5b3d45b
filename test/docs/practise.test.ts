import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { slash32, temporaryFolder } from '../cli/harness.js';
import { runOk } from '../support/command.js';
import { openControl } from '../support/control-page.js';
import { until } from '../support/until.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** What the questions of `init` get, in the order in which the page says it. */
const ANSWERS = ['y', '192.168.1.50'];

type Step =
  | { readonly kind: 'command'; readonly line: string; readonly code: number | undefined }
  | { readonly kind: 'action'; readonly title: string; readonly values: Readonly<Record<string, string>> };

/** What the page has people do: the lines of its shell blocks, and the titles of forms in bold with what is entered. */
function stepsOf(page: string): Step[] {
  const found = page.matchAll(
    /^```sh\n([\s\S]*?)^```|\*\*([A-Z][^*]+)\*\*(?:: ((?:[A-Za-z][\w ]*? `[^`]+`(?:, )?)+))?/gm,
  );
  return [...found].flatMap(([, block, title, entered = '']): Step[] => {
    if (block === undefined) {
      const values = [...fields(entered)].map(([, label = '', value = '']) => [label, value] as const);
      return [{ kind: 'action', title: title ?? '', values: Object.fromEntries(values) }];
    }
    return block
      .trim()
      .split('\n')
      .map((line) => ({
        kind: 'command' as const,
        line: line.replace(/\s+#.*$/, ''),
        code: /# exit code (\d)/.exec(line)?.[1] === undefined ? undefined : Number(/# exit code (\d)/.exec(line)?.[1]),
      }));
  });
}

function fields(entered: string): IterableIterator<RegExpExecArray> {
  return entered.matchAll(/([A-Za-z][\w ]*?) `([^`]+)`/g);
}

/** The real program, until the test is over. */
function start(argv: readonly string[], cwd: string): { child: ChildProcess; said: () => string } {
  const child = spawn(process.execPath, [join(ROOT, 'bin/slash32.js'), ...argv], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
    });
  return { child, said: () => text };
}

it('the page "Practise first" can be gone through as it stands', async () => {
  const steps = stepsOf(await readFile(join(ROOT, 'docs/practise.md'), 'utf8'));
  expect(steps.filter((step) => step.kind === 'action').length).toBeGreaterThanOrEqual(10);
  const [first, ...rest] = steps;
  expect(first).toEqual({ kind: 'command', line: 'slash32 demo --serve --keep practise', code: undefined });

  const cwd = await temporaryFolder();
  const world = start(['demo', '--serve', '--keep', 'practise', '--port', '0'], cwd);
  await until(
    'the world stands',
    () => world.said().includes('Ctrl-C ends it') && world.said().includes('policy.yaml'),
  );
  const address = (name: string): string => new RegExp(`${name} +(https?://[\\d.:]+)`).exec(world.said())?.[1] ?? '';
  const folder = join(cwd, 'practise');
  const control = await openControl(address('by hand'));
  const running: ReturnType<typeof start>[] = [];

  for (const step of rest) {
    if (step.kind === 'action') {
      const said = await control.submit(step.title, step.values);
      expect(said, step.title).not.toContain('Not done');
    } else if (step.line === 'slash32 serve') {
      // On its own port it could meet another service of this machine.
      await appendFile(join(folder, 'slash32.yaml'), 'service: { listen: none }\n');
      const service = start(['serve'], folder);
      running.push(service);
      await until('the service is ready', () => service.said().includes('slash32 is ready'));
    } else await follow(step.line.replace('https://127.0.0.1:14430', address('OPNsense')), step.code);
    if (step.kind === 'action' && step.values.name === 'night')
      await until('the service has given the new instance a lease', async () =>
        /lab\/night\/eth0<\/td><td>running<\/td><td>servers<\/td><td><code>[^<]*<\/code><\/td><td>10\.3\.0\.\d+\/32/.test(
          await control.page(),
        ),
      );
  }

  const page = await control.page();
  expect(page, 'what the firewall put back by itself').toContain('<td>expired</td>');
  expect(page, 'what was entered by hand').toContain('<td>printer</td><td>opt3</td><td>10.3.0.190</td>');
  expect(page, 'what slash32 wrote anew').toContain('<td>shop/cart/eth0</td><td>opt1</td>');
  expect(page, 'what was deleted and is kept a while').toContain('<td>default/mail/eth0</td><td>opt1</td>');
  expect(page, 'who was renamed').toContain('<td>default/cloud/eth0</td><td>opt3</td>');

  const [service] = running;
  service?.child.kill('SIGINT');
  if (service !== undefined) await once(service.child, 'close');
  world.child.kill('SIGINT');
  const [code] = await once(world.child, 'close');
  expect(code).toBe(0);
  expect(world.said()).toContain('The world is gone');

  async function follow(line: string, code: number | undefined): Promise<void> {
    if (!line.startsWith('slash32 ')) return void (await runOk('sh', ['-c', line], { cwd: folder }));
    const argv = line.split(' ').slice(1);
    const isInit = argv[0] === 'init';
    const ran = await slash32(argv, {
      cwd: folder,
      ...(isInit ? { tty: true, answers: ANSWERS, env: { TERM: 'dumb' } } : {}),
    });
    const expected = code === undefined ? (argv[0] === 'plan' ? [0, 2] : [0]) : [code];
    expect(expected, `${line}\n${ran.out}${ran.err}`).toContain(ran.code);
    if (argv[0] === 'watch') expect(ran.out).toContain('{ from: lab/git, to: internet, allow: [tcp/853] }');
  }
});
