import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { labSkipReason } from '../lab/require-lab.js';

const SCRIPTS = join(import.meta.dirname, '../../scripts');
const { lintFolder } = (await import(join(SCRIPTS, 'plugin-lint-folder.js'))) as {
  lintFolder: (folder: string) => { lines: string[]; isClean: boolean };
};
const skipReason = labSkipReason(['php', 'xmllint']);

const APP = 'src/opnsense/mvc/app';
const PHP = `${APP}/library/OPNsense/Good/Thing.php`;
const MODEL = `${APP}/models/OPNsense/Good/Good.xml`;
const ACL = `${APP}/models/OPNsense/Good/ACL/ACL.xml`;
const MENU = `${APP}/models/OPNsense/Good/Menu/Menu.xml`;
const WIDGET = 'src/opnsense/www/js/widgets/Good.js';
const METADATA = 'src/opnsense/www/js/widgets/Metadata/Good.xml';
const ACTIONS = 'src/opnsense/service/conf/actions.d/actions_good.conf';
const WORK = 'src/opnsense/scripts/good/work.php';
const HOOK = 'src/etc/rc.syshook.d/early/12-good';
const LICENSE = 'Copyright (C) 2026 The slash32 developers\n * Redistribution and use in source and binary forms';

/** A plugin that no rule has anything against. */
const GOOD: Record<string, string> = {
  Makefile:
    'PLUGIN_NAME=\tgood\nPLUGIN_VERSION=\t1.0\nPLUGIN_COMMENT=\tGood\nPLUGIN_MAINTAINER=\ta@example.invalid\nPLUGIN_LICENSE=\tBSD2CLAUSE\n\n.include "../../Mk/plugins.mk"\n',
  'pkg-descr': 'Good.\n\nPlugin Changelog\n================\n\n1.0\n\n* First\n',
  [PHP]: `<?php\n\n/*\n * ${LICENSE}\n */\n\nnamespace OPNsense\\Good;\n\nuse OPNsense\\Core\\Backend;\n\nfinal class Thing\n{\n    public function exec(Backend $backend): void\n    {\n        $backend->exec('system(1)');\n    }\n}\n`,
  [WORK]: `#!/usr/local/bin/php\n<?php\n\n/*\n * ${LICENSE}\n */\n\necho 1;\n`,
  [HOOK]: `#!/bin/sh\n\n# ${LICENSE.replace('\n *', '\n#')}\n\nexit 0\n`,
  [MODEL]:
    '<model>\n    <description>Good</description>\n    <items>\n        <one type="IntegerField">\n            <Default>1</Default>\n            <Required>Y</Required>\n            <ValidationMessage>Must be a number.</ValidationMessage>\n        </one>\n        <two type="OptionField">\n            <OptionValues>\n                <a>Alpha</a>\n            </OptionValues>\n        </two>\n        <three type="CSVListField">\n            <Mask>/x/</Mask>\n        </three>\n    </items>\n</model>\n',
  [ACL]: '<acl>\n    <pattern>ui/good/*</pattern>\n    <pattern>api/good/status/*</pattern>\n</acl>\n',
  [MENU]: '<menu>\n    <Good url="/ui/good/index#tab"/>\n</menu>\n',
  [WIDGET]: `/* ${LICENSE} */\nthis.ajaxCall(\`/api/good/status/\${'x'}\`);\n`,
  [METADATA]:
    '<metadata>\n    <filename>Good.js</filename>\n    <endpoint>/api/good/status/*</endpoint>\n</metadata>\n',
  [ACTIONS]:
    '[work]\ncommand:/usr/local/opnsense/scripts/good/work.php\nparameters:%s\ntype:script_output\nmessage:working\n',
};

/** Rule, file, and what to do to its text: each must be caught by exactly that rule. */
const BROKEN: [rule: string, path: string, change: (text: string) => string | undefined][] = [
  ['php', PHP, (text) => text.replace('void\n', 'void }\n')],
  ['xml', MODEL, (text) => text.replace('</model>', '')],
  ['sh', HOOK, (text) => text.replace('exit 0', 'if true')],
  ['shebang', 'src/opnsense/scripts/good/setup.sh', () => 'exit 0\n'],
  ['line-end', PHP, (text) => text.replace('final class Thing\n', 'final class Thing\r\n')],
  ['trailing-blank', MENU, (text) => text.replace('<menu>', '<menu> ')],
  ['tab', PHP, (text) => text.replace('    public', '\tpublic')],
  ['final-newline', ACL, (text) => text.trimEnd()],
  ['final-newline', ACL, (text) => `${text}\n`],
  ['license', PHP, (text) => text.replace('The slash32 developers', 'Somebody')],
  ['php-start', PHP, (text) => text.replace('<?php\n\n', '<?php\n')],
  ['php-end', PHP, (text) => `${text}?>\n`],
  ['php-order', PHP, (text) => `${text.replace(/^use .*\n\n/m, '')}\nuse OPNsense\\Core\\Backend;\n`],
  ['class-name', PHP, (text) => text.replace('class Thing', 'class Thingy')],
  ['class-name', PHP, (text) => `${text}\nclass Second\n{\n}\n`],
  ['import', PHP, (text) => text.replace('exec(Backend $backend)', 'exec($backend)')],
  ['exec-bit', 'src/opnsense/scripts/good/data.txt', () => 'x\n'],
  ...['exec("x")', 'shell_exec("x")', 'passthru("x")', 'system("x")', 'popen("x", "r")'].map(
    (call): [string, string, (text: string) => string] => [
      'shell-call',
      PHP,
      (text) => text.replace("$backend->exec('system(1)')", `$backend->exec(${call})`),
    ],
  ),
  ['model-description', MODEL, (text) => text.replace('Good<', 'Good\nindeed<')],
  ['model-description', MODEL, (text) => text.replace(/.*<description>.*\n/, '')],
  ['model-default', MODEL, (text) => text.replace(/.*<Required>.*\n/, '')],
  ['model-empty-default', MODEL, (text) => text.replace('<Default>1<', '<Default><')],
  ['model-required-n', MODEL, (text) => text.replace('<Mask>', '<Required>N</Required><Mask>')],
  ['model-multiple-n', MODEL, (text) => text.replace('<Mask>', '<Multiple>N</Multiple><Mask>')],
  ['model-blank', MODEL, (text) => text.replace('<Default>', '<BlankDesc>Any</BlankDesc><Default>')],
  ['model-message-dot', MODEL, (text) => text.replace('number.', 'number')],
  ['model-message-capital', MODEL, (text) => text.replace('Must', 'must')],
  ['model-mask', MODEL, (text) => text.replace(/.*<Mask>.*\n/, '')],
  ['model-option', MODEL, (text) => text.replace('Alpha', 'a')],
  ['model-option', MODEL, (text) => text.replace('<a>', '<a value="Alpha">')],
  ['menu-access', MENU, (text) => text.replace('good/index', 'other/index')],
  ['widget-endpoints', WIDGET, (text) => text.replace('status', 'settings')],
  ['widget-access', ACL, (text) => text.replace('api/good', 'api/other')],
  ['action', ACTIONS, (text) => text.replace('script_output', 'shell')],
  ['action', ACTIONS, (text) => text.replace('work.php', 'gone.php')],
  ['action', ACTIONS, (text) => text.replace(/^message.*\n/m, '')],
  ['makefile', 'Makefile', (text) => text.replace('Mk/plugins', 'Mk/plugin')],
  ['makefile', 'Makefile', (text) => text.replace(/^PLUGIN_COMMENT.*\n/m, '')],
  ['pkg-descr', 'pkg-descr', () => undefined],
  ['changelog', 'pkg-descr', (text) => text.replace('Plugin Changelog', 'News')],
  ['changelog', 'pkg-descr', (text) => text.replace('1.0', '0.9')],
];

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'slash32-lint-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('npm run plugin:lint', () => {
  test('has nothing against the plugin of this repository', (ctx) => {
    if (skipReason !== undefined) ctx.skip(skipReason);
    const run = spawnSync(process.execPath, [join(SCRIPTS, 'plugin-lint.js')], { encoding: 'utf8' });
    expect(run.stdout).toMatch(/^\d+ files, 0 faults; .*\n$/);
    expect(run.stderr).toBe('');
    expect(run.status).toBe(0);
  });

  test('has nothing against a small plugin as it should be', (ctx) => {
    if (skipReason !== undefined) ctx.skip(skipReason);
    expect(lint(write(GOOD))).toEqual({ isClean: true, faults: [] });
  });

  test.for(BROKEN)('%s: catches it in %s', ([rule, path, change], ctx) => {
    if (skipReason !== undefined) ctx.skip(skipReason);
    const text = change(GOOD[path] ?? '');
    expect(text).not.toBe(GOOD[path]);
    const files = Object.entries({ ...GOOD, [path]: text }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    );
    const { isClean, faults } = lint(write(Object.fromEntries(files)));
    expect(isClean).toBe(false);
    expect(faults.map((fault) => fault.split(': ')[1])).toContain(rule);
    expect(new Set(faults.map((fault) => fault.split(': ')[1])).size, faults.join('\n')).toBe(1);
  });
});

function write(files: Record<string, string>): string {
  const place = mkdtempSync(join(folder, 'plugin-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(place, path)), { recursive: true });
    writeFileSync(join(place, path), text);
    if (/\/scripts\/.*\.(php|sh)$|syshook/.test(path)) chmodSync(join(place, path), 0o755);
  }
  return place;
}

function lint(folder: string): { isClean: boolean; faults: string[] } {
  const { lines, isClean } = lintFolder(folder);
  return { isClean, faults: lines.slice(0, -1) };
}
