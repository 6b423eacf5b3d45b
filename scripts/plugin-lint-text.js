// Lint rules on text: what PSR-12 and OPNsense ask of every file, as far as it shows without a parser.
import { basename } from 'node:path';

const TEXT = /\.(php|inc|xml|volt|js|conf|sh)$|\/rc\.[a-z.]*\/|(^|\/)(Makefile|pkg-descr|\+[A-Z_.a-z]+)$/;
const LICENSE = ['Copyright (C) 2026 The slash32 developers', 'Redistribution and use in source and binary forms'];
const NEEDS_LICENSE = /\.(php|inc|volt|js)$|\/rc\.[a-z.]*\//;
/** Calls of a shell. Methods and static calls of these names are something else. */
const SHELL_CALL = /(?<![\w>:$\\]|function )(exec|shell_exec|passthru|system|popen|pcntl_exec)\s*\(/;

/** @typedef {{ path: string, text: string, isExecutable: boolean }} Source */
/** @typedef {{ path: string, rule: string, message: string }} Fault */

/**
 * @param {Source[]} sources
 * @returns {Fault[]}
 */
export function lintText(sources) {
  return sources.flatMap((source) => [
    ...lintLines(source),
    ...lintLicense(source),
    ...(isPhp(source) ? lintPhp(source) : []),
    ...lintExecutable(source),
  ]);
}

/** Whether PHP will read it: by its name, or by its first line. */
export function isPhp({ path, text }) {
  return /\.(php|inc)$/.test(path) || /^#!.*\bphp\n/.test(text);
}

function lintLines({ path, text }) {
  if (!TEXT.test(path)) return [];
  const faults = [];
  const add = (rule, line, message) => faults.push({ path: `${path}:${line}`, rule, message });
  text.split('\n').forEach((line, index) => {
    if (line.includes('\r')) add('line-end', index + 1, 'ends in a carriage return');
    if (/[\t ]$/.test(line)) add('trailing-blank', index + 1, 'blanks at the end');
    if (/^ *\t/.test(line) && /\.(php|inc|xml|volt|js)$/.test(path)) add('tab', index + 1, 'is indented with a tab');
  });
  if (!text.endsWith('\n') || text.endsWith('\n\n')) add('final-newline', 'end', 'must end in exactly one newline');
  return faults;
}

function lintLicense({ path, text }) {
  if (!NEEDS_LICENSE.test(path) || LICENSE.every((part) => text.includes(part))) return [];
  return [{ path, rule: 'license', message: 'has no BSD-2-Clause header' }];
}

function lintPhp({ path, text }) {
  const faults = [];
  const add = (rule, message) => faults.push({ path, rule, message });
  const code = withoutComments(text);
  if (!/^(#!.*\n)?<\?php\n\n/.test(text)) add('php-start', 'must start with <?php and an empty line');
  if (/\?>\s*$/.test(code)) add('php-end', 'must not end with ?>');
  const call = SHELL_CALL.exec(withoutStrings(code));
  if (call !== null) add('shell-call', `calls ${call[1]}(): use OPNsense\\Core\\Shell or Backend`);
  const order = [/^declare\(/m, /^namespace /m, /^use /m, /^((final|abstract) )?(class|interface|trait|enum) /m]
    .map((pattern) => code.search(pattern))
    .filter((place) => place !== -1);
  if (order.some((place, index) => place < (order[index - 1] ?? 0))) {
    add('php-order', 'must have declare, namespace, use and class in this order');
  }
  faults.push(...lintClass(path, code), ...lintImports(path, text));
  return faults;
}

function lintClass(path, code) {
  const names = [...code.matchAll(/^(?:(?:final|abstract|readonly) )*(?:class|interface|trait|enum) (\w+)/gm)];
  if (names.length === 0) return [];
  const message = `must hold one class, of the name ${basename(path, '.php')}`;
  return names.length === 1 && names[0][1] === basename(path, '.php') ? [] : [{ path, rule: 'class-name', message }];
}

/** A name that only a docblock uses counts as used: OPNsense's own lint merely warns of those. */
function lintImports(path, text) {
  return [...text.matchAll(/^use ([\w\\]+\\)?(\w+)(?: as (\w+))?;/gm)]
    .map(([line, , name, alias]) => ({ line, name: alias ?? name }))
    .filter(({ line, name }) => !new RegExp(`\\b${name}\\b`).test(text.replace(line, '')))
    .map(({ name }) => ({ path, rule: 'import', message: `imports ${name} and does not use it` }));
}

function lintExecutable({ path, isExecutable }) {
  const mustRun =
    /^src\/(opnsense\/scripts|etc\/rc\.d|etc\/rc\.syshook\.d)\//.test(path) && !/\.(xml|csv|sql)$/.test(path);
  if (mustRun && !isExecutable) return [{ path, rule: 'exec-bit', message: 'must be executable' }];
  return [];
}

function withoutComments(text) {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*(\/\/|#).*$/gm, '');
}

function withoutStrings(code) {
  return code.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, "''");
}

/** PSR-12's soft limit: to be told, not to be refused. */
export function countLongLines(sources) {
  return sources.filter(isPhp).flatMap(({ text }) => text.split('\n').filter((line) => line.length > 120)).length;
}
