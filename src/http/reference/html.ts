/** Text that is HTML already. */
export interface Html {
  readonly html: string;
}

type Part = string | number | Html | readonly Html[] | undefined;

/** HTML of a template: what is put in is escaped, unless it is HTML. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { html: texts.map((text, at) => text + render(parts[at])).join('') };
}

/** Paragraphs of a description, with `code` in back quotes. */
export function prose(text: string): Html {
  const paragraphs = text.trim().split(/\n\s*\n/);
  return { html: paragraphs.map((one) => `<p>${inline(one).html}</p>`).join('\n') };
}

/** One line of prose. */
export function inline(text: string): Html {
  const parts = text.split('`');
  return { html: parts.map((part, at) => (at % 2 === 0 ? escaped(part) : `<code>${escaped(part)}</code>`)).join('') };
}

function render(part: Part): string {
  if (part === undefined) return '';
  if (typeof part === 'string' || typeof part === 'number') return escaped(String(part));
  return 'html' in part ? part.html : part.map((one) => one.html).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
