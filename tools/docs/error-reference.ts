import { CATALOGUE } from '../../src/errors/catalogue.js';
import type { CatalogueEntry } from '../../src/errors/entry.js';
import { GENERATED_NOTE } from './markdown.js';

/** docs/reference/errors.md: every error code by its name, with what it means and what to do. */
export function renderErrorReference(catalogue: Readonly<Record<string, CatalogueEntry>> = CATALOGUE): string {
  const codes = Object.entries(catalogue).sort(([left], [right]) => (left < right ? -1 : 1));
  return [
    '# Errors',
    '',
    GENERATED_NOTE,
    '',
    'Every failure has one of these codes, and says what happened, where, what it means for the firewall, and what to do.',
    'Codes do not change their meaning; `--json` carries them in `error.code`.',
    '',
    ...codes.flatMap(([code, entry]) => renderEntry(code, entry)),
  ].join('\n');
}

function renderEntry(code: string, entry: CatalogueEntry): string[] {
  return [
    `## ${code}`,
    '',
    `**${entry.title}.** ${escapeTags(entry.meaning)}`,
    '',
    `What to do: ${escapeTags(entry.remedy)}`,
    '',
    entry.retryable ? 'May pass by itself: the service tries again.' : 'Does not pass by itself.',
    '',
  ];
}

/** `<dhcpd>` would vanish from the page as an unknown HTML tag. */
function escapeTags(text: string): string {
  return text.replace(/<(\/?[a-z][^>]*)>/gi, '`<$1>`').replace(/``/g, '`');
}
