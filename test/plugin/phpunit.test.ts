import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { XMLParser } from 'fast-xml-parser';
import { describe, expect, test } from 'vitest';
import { refuseSkip } from '../lab/require-lab.js';

/** One case of PHPUnit's report. */
interface Case {
  readonly suite: string;
  readonly name: string;
  readonly problem: string | undefined;
  readonly isSkipped: boolean;
}

/** A node of the report; the parser gives attributes with `@` before their names. */
interface ReportNode {
  readonly testsuite?: readonly ReportNode[];
  readonly testcase?: readonly ReportNode[];
  readonly failure?: readonly unknown[];
  readonly error?: readonly unknown[];
  readonly warning?: readonly unknown[];
  readonly skipped?: readonly unknown[];
  readonly '@name'?: string;
  readonly '@class'?: string;
}

const LISTS = ['testsuite', 'testcase', 'failure', 'error', 'warning', 'skipped'];
const isInstalled = spawnSync('phpunit', ['--version']).status === 0;
const report = isInstalled ? run() : { cases: [], output: '' };

describe('the PHP of the plugin', () => {
  test('runs in PHPUnit', (ctx) => {
    if (!isInstalled) ctx.skip(refuseSkip('phpunit is not installed'));
    expect(report.cases.length, report.output).toBeGreaterThan(50);
  });

  for (const suite of new Set(report.cases.map((one) => one.suite))) {
    const cases = report.cases.filter((one) => one.suite === suite);
    describe(suite, () => {
      for (const one of cases) {
        test(one.name, (ctx) => {
          if (one.isSkipped) ctx.skip(refuseSkip(`PHPUnit left out ${one.name}`));
          expect(one.problem).toBeUndefined();
        });
      }
    });
  }
});

function run(): { cases: Case[]; output: string } {
  const folder = mkdtempSync(join(tmpdir(), 'slash32-phpunit-report-'));
  const file = join(folder, 'report.xml');
  const bootstrap = join(import.meta.dirname, 'standin/bootstrap.php');
  const args = ['--no-configuration', '--bootstrap', bootstrap, '--log-junit', file, join(import.meta.dirname, 'unit')];
  try {
    const done = spawnSync('phpunit', args, { encoding: 'utf8', cwd: folder, maxBuffer: 1 << 26 });
    return { cases: casesOf(file), output: done.stdout + done.stderr };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function casesOf(file: string): Case[] {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    isArray: (name) => LISTS.includes(name),
  });
  let tree: { testsuites?: ReportNode };
  try {
    tree = parser.parse(readFileSync(file)) as { testsuites?: ReportNode };
  } catch {
    return [];
  }
  return tree.testsuites === undefined ? [] : collect(tree.testsuites);
}

function collect(node: ReportNode): Case[] {
  const own = (node.testcase ?? []).map((one) => {
    const problems = [...(one.failure ?? []), ...(one.error ?? []), ...(one.warning ?? [])];
    return {
      suite: String(one['@class'] ?? '').replace(/^.*\\(?=\w+\\\w+$)/, ''),
      name: sentence(String(one['@name'] ?? '')),
      problem: problems.length === 0 ? undefined : JSON.stringify(problems),
      isSkipped: one.skipped !== undefined,
    };
  });
  return [...own, ...(node.testsuite ?? []).flatMap(collect)];
}

/** `testSaysWhatChanged with data set "one"` as words. */
function sentence(name: string): string {
  const [method = '', ...rest] = name.split(' ');
  const words = method
    .replace(/^test_?/, '')
    .replace(/(?<=[a-z0-9A-Z])(?=[A-Z][a-z])|(?<=[a-z0-9])(?=[A-Z])/g, ' ')
    .replace(/_/g, ' ')
    .toLowerCase();
  return [words, ...rest].join(' ');
}
