// Tries the plugin on a checkout of OPNsense's own code: npm run plugin:try -- PATH_TO_CORE [PATH_TO_PLUGINS]
//
// The core's Config, models, controllers, dispatcher and ACL, its generator of dhcpd.conf (with PATH_TO_PLUGINS from 26.1 on)
// and the plugin's own actions run as they are. FreeBSD's commands, configd, Phalcon and the web server are played by the
// small programs in test/plugin/opnsense/. Needs Linux, PHP with pcntl, dhcpd, and the right to make mount namespaces.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { taskFor } from './plugin-on-opnsense-task.js';

const HOUSE = join(import.meta.dirname, '..');
const PARTS = join(HOUSE, 'test/plugin/opnsense');
const COMMANDS =
  'ifconfig arp ndp pfctl sysctl route netstat kldload kldstat kldunload mount umount service pw daemon dhcpd uname killall ' +
  'chown devfs fetch pluginctl_ rtsol dhclient swapon hostname logger sshd pfilctl';
/** PHP libraries of other projects that OPNsense loads and that no call here uses. */
const ABSENT = ['base32/Base32.php'];
const INI = `include_path = ".:/slash32/absent:/usr/local/etc/inc:/usr/local/www:/usr/local/opnsense/mvc:/usr/local/opnsense/contrib"
auto_prepend_file = /slash32/prepend.php
error_reporting = E_ALL & ~E_DEPRECATED
display_errors = 0
log_errors = 1
error_log = /tmp/php-errors.log
memory_limit = 1G
opcache.enable = 0
html_errors = 0
`;

const [core, plugins] = process.argv.slice(2);
if (core === undefined || !existsSync(join(core, 'src/opnsense/mvc'))) {
  console.error('Usage: npm run plugin:try -- PATH_TO_CORE [PATH_TO_PLUGINS]');
  process.exit(2);
}
process.exit(await main(core, plugins));

/** @param {string} core @param {string | undefined} plugins */
async function main(core, plugins) {
  const folder = mkdtempSync(join(tmpdir(), 'slash32-opnsense-'));
  try {
    prepare(folder, core, plugins);
    const port = await freePort();
    // an older configd knows no `!` before a command
    const configd = readFileSync(join(core, 'src/opnsense/service/modules/processhandler.py'), 'utf8');
    const options = configd.includes("'!'") ? [] : ['--no-flush'];
    const args = ['--mount', '--pid', '--fork', '--kill-child'];
    if (process.getuid?.() !== 0) args.unshift('--user', '--map-root-user');
    const enter = [
      join(PARTS, 'enter.sh'),
      folder,
      '/slash32/drive.php',
      String(port),
      '/slash32/task.json',
      ...options,
    ];
    const failed = await report(
      spawn('unshare', [...args, '--', 'sh', ...enter], { stdio: ['ignore', 'pipe', 'inherit'] }),
    );
    if (failed !== 0) logs(folder);
    return failed === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function prepare(folder, core, plugins) {
  const local = join(folder, 'local');
  for (const name of [
    'local',
    'commands',
    'slash32',
    'conf/backup',
    'tmp',
    'root',
    'etc',
    'boot',
    'var/run',
    'var/db',
    'var/log',
    'var/etc',
    'var/lib/php/cache',
    'var/lib/php/tmp',
    'var/lib/php/sessions',
  ])
    mkdirSync(join(folder, name), { recursive: true });
  const sources = [
    join(core, 'src'),
    plugins && join(plugins, 'net/isc-dhcp/src'),
    join(HOUSE, 'plugin/net/slash32/src'),
  ];
  for (const source of sources) {
    if (source !== undefined && existsSync(source)) run('cp', ['-a', `${source}/.`, local]);
  }
  mkdirSync(join(local, 'opnsense/version'), { recursive: true });
  mkdirSync(join(local, 'bin'), { recursive: true });
  for (const [name, to] of [
    ['php', 'php'],
    ['flock', 'flock'],
    ['python3', 'python3'],
  ])
    symlinkSync(`/usr/bin/${to}`, join(local, 'bin', name));
  cpSync(join(PARTS, 'freebsd.sh'), join(folder, 'commands/freebsd.sh'));
  chmodSync(join(folder, 'commands/freebsd.sh'), 0o755);
  for (const name of COMMANDS.split(' ')) symlinkSync('freebsd.sh', join(folder, 'commands', name));
  rmSync(join(local, 'sbin/dhcpd'), { force: true });
  symlinkSync('/usr/sbin/dhcpd', join(local, 'sbin/dhcpd'));
  for (const name of ['configd.php', 'drive.php', 'router.php', 'prepend.php'])
    cpSync(join(PARTS, name), join(folder, 'slash32', name));
  for (const name of [
    'php',
    'alternatives',
    'ld.so.cache',
    'passwd',
    'group',
    'nsswitch.conf',
    'localtime',
    'shells',
    'services',
    'protocols',
  ]) {
    if (existsSync(join('/etc', name))) run('cp', ['-a', join('/etc', name), join(folder, 'etc', name)]);
  }
  writeFileSync(
    join(folder, 'etc/passwd'),
    `${readFileSync('/etc/passwd', 'utf8')}wwwonly:x:0:0::/:/bin/sh\ndhcpd:x:0:0::/:/bin/sh\n`,
  );
  writeFileSync(
    join(folder, 'etc/group'),
    `${readFileSync('/etc/group', 'utf8')}wheel:x:0:\ndhcpd:x:0:\nwwwonly:x:0:\n`,
  );
  const version = run('php', ['-r', 'echo PHP_MAJOR_VERSION . "." . PHP_MINOR_VERSION;']).trim();
  writeFileSync(join(folder, `etc/php/${version}/cli/conf.d/99-opnsense.ini`), INI);
  for (const name of ABSENT) {
    mkdirSync(join(folder, 'slash32/absent', dirname(name)), { recursive: true });
    writeFileSync(join(folder, 'slash32/absent', name), '<?php\n');
  }
  const secret = randomBytes(24).toString('hex');
  const hash = run('php', ['-r', 'echo password_hash($argv[1], PASSWORD_BCRYPT, ["cost" => 4]);', secret]).trim();
  const { task, config } = taskFor(secret, hash);
  writeFileSync(join(folder, 'slash32/task.json'), JSON.stringify(task));
  writeFileSync(join(folder, 'conf/config.xml'), config);
  writeFileSync(
    join(local, 'opnsense/version/core'),
    JSON.stringify({ product_version: basename(core).replace(/^core-/, '') }),
  );
}

/** Prints what was tried, and gives how much of it went wrong. */
async function report(child) {
  let right = 0;
  const wrong = [];
  for await (const line of createInterface({ input: child.stdout })) {
    let one;
    try {
      one = JSON.parse(line);
    } catch {
      console.log(line);
      continue;
    }
    if (one.right) right += 1;
    else wrong.push(one);
    console.log(`${one.right ? 'ok  ' : 'FAIL'} ${one.what}${one.right ? '' : `\n       ${one.seen}`}`);
  }
  console.log(`${right} as they should be, ${wrong.length} not.`);
  return right === 0 ? 1 : wrong.length;
}

function logs(folder) {
  for (const name of ['php-errors.log', 'scripts.log', 'daemon.log', 'dhcpd.log']) {
    const file = join(folder, 'tmp', name);
    if (existsSync(file)) console.log(`--- ${name}\n${unique(readFileSync(file, 'utf8')).slice(-3000)}`);
  }
}

/** Each line once, without the time that it begins with. */
function unique(text) {
  return [...new Set(text.split('\n').map((line) => line.replace(/^\[[^\]]*\] /, '')))].join('\n');
}

function run(command, args) {
  const done = spawnSync(command, args, { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${done.stderr}`);
  return done.stdout;
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
