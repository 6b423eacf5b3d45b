/**
 * As much of the Volt template language as the plugin's status view uses: comments, `lang._('text')`, `cache_safe('url')`.
 * Texts are escaped as OPNsense's translator does. Anything else is an error, so that a view cannot outgrow this unseen.
 */
export function renderVolt(source: string, translate: (text: string) => string = (text) => text): string {
  const withoutComments = source.replace(/\{#[\s\S]*?#\}/g, '');
  const rendered = withoutComments
    .replace(/\{\{ lang\._\('([^']*)'\) \}\}/g, (_match, text: string) => escapeMarkup(translate(text)))
    .replace(/\{\{ cache_safe\('([^']*)'\) \}\}/g, (_match, url: string) => `${url}?v=test`);
  const rest = /\{[{%][\s\S]{0,60}/.exec(rendered);
  if (rest !== null) throw new Error(`the test's Volt renderer does not know this: ${rest[0]}`);
  return rendered;
}

/** Text as markup that shows it. */
export function escapeMarkup(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#039;' };
  return text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);
}
