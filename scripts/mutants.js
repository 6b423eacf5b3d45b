// The small faults that mutate.js puts into a source file, one at a time.

/** What stands there, what comes instead, and what that is called. Each is looked for where code is, not in texts or comments. */
const SWAPS = [
  [/ === /g, ' !== ', 'the comparison turned round'],
  [/ !== /g, ' === ', 'the comparison turned round'],
  [/ < /g, ' <= ', 'the bound moved by one'],
  [/ <= /g, ' < ', 'the bound moved by one'],
  [/ > /g, ' >= ', 'the bound moved by one'],
  [/ >= /g, ' > ', 'the bound moved by one'],
  [/ && /g, ' || ', 'and made or'],
  [/ \|\| /g, ' && ', 'or made and'],
  [/ \?\? /g, ' && ', 'the default left out'],
  [/ \+ 1\b/g, ' + 0', 'one less'],
  [/ - 1\b/g, ' - 0', 'one more'],
  [/\.some\(/g, '.every(', 'some made every'],
  [/\.every\(/g, '.some(', 'every made some'],
  [/\bif \(!/g, 'if (', 'the condition turned round'],
  [/\breturn true;/g, 'return false;', 'the answer turned round'],
  [/\breturn false;/g, 'return true;', 'the answer turned round'],
  [/\bcompare\(a, b\)/g, 'compare(b, a)', 'the order turned round'],
  [/\ba - b\b/g, 'b - a', 'the order turned round'],
];

/** A guard on a line of its own, which may go as a whole. */
const GUARD = /^( *)if \(.*\) (return|continue|throw)\b.*;$/gm;

/**
 * Every mutant of a text, in the order of the text.
 * @param {string} text of a TypeScript file that biome has formatted
 * @returns {{ line: number, what: string, before: string, text: string }[]}
 */
export function mutantsOf(text) {
  const code = withoutTexts(text);
  const found = [];
  const add = (at, length, instead, what) => {
    const start = text.lastIndexOf('\n', at - 1) + 1;
    const before = text.slice(start, text.indexOf('\n', at)).trim();
    const line = text.slice(0, at).split('\n').length;
    found.push({ at, line, what, before, text: text.slice(0, at) + instead + text.slice(at + length) });
  };
  for (const [pattern, instead, what] of SWAPS)
    for (const match of code.matchAll(pattern)) add(match.index, match[0].length, instead, what);
  for (const match of code.matchAll(GUARD)) {
    const indent = match[1].length;
    add(match.index + indent, match[0].length - indent, '', 'the guard left out');
  }
  return found.sort((a, b) => a.at - b.at).map(({ at, ...rest }) => rest);
}

/** The text with the inside of every quoted text and comment blanked, at the same length. */
function withoutTexts(text) {
  const blank = (part) => part.replace(/[^\n]/g, '_');
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'/g, blank);
}
