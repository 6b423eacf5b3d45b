// Whose code the built program carries, and under which terms.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

const LICENCE = /^(licen[cs]e|copying|notice)/i;
/** For a package that names this licence and brings no file of it. */
const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files
(the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge,
publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so,
subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR
ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH
THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

/**
 * The packages that these files belong to, sorted by where they lie below the root (`node_modules/a/node_modules/b`).
 * @param {string} root of the repository
 * @param {readonly string[]} files
 */
export function packagesOf(root, files) {
  const paths = files.flatMap((file) => {
    const parts = relative(root, file).split(sep);
    const at = parts.lastIndexOf('node_modules');
    if (at < 0) return [];
    return [parts.slice(0, at + (parts[at + 1]?.startsWith('@') ? 3 : 2)).join('/')];
  });
  return [...new Set(paths)].sort().map((path) => readPackage(root, path));
}

function readPackage(root, path) {
  const { name, version, license, author } = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'));
  const texts = readdirSync(join(root, path))
    .filter((file) => LICENCE.test(file))
    .sort()
    .map((file) => readFileSync(join(root, path, file), 'utf8').trim());
  if (texts.length === 0 && license === 'MIT') texts.push(`Copyright (c) ${nameOf(author, name)}\n\n${MIT}`);
  return { path, name, version, license, texts };
}

function nameOf(author, name) {
  return (typeof author === 'string' ? author : author?.name) ?? `the authors of ${name}`;
}

/**
 * One text with the terms of each package. Throws where a package names none.
 * @param {ReturnType<typeof packagesOf>} packages
 */
export function thirdPartyNotice(packages) {
  const parts = packages.map(({ name, version, license, texts }) => {
    if (texts.length === 0) throw new Error(`${name} ${version} (${license}) comes without the text of its licence`);
    return `${name} ${version} (${license})\n\n${texts.join('\n\n')}\n`;
  });
  return ['The program contains code of these packages, under their terms.\n', ...parts].join(
    `\n${'-'.repeat(78)}\n\n`,
  );
}
