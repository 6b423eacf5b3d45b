import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { CONFIG_SCHEMA } from '../../src/config/schema.js';
import { CATALOGUE } from '../../src/errors/catalogue.js';
import { renderConfigReference } from '../../tools/docs/config-reference.js';
import { renderErrorReference } from '../../tools/docs/error-reference.js';
import { GENERATED_FILES } from '../../tools/docs/files.js';
import { generateDocs } from '../../tools/docs/generate.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

describe('the generated pages', () => {
  it.each(GENERATED_FILES.map((file) => [file.path, file] as const))('%s is in step with the source', (path, file) => {
    const committed = existsSync(join(ROOT, path)) ? readFileSync(join(ROOT, path), 'utf8') : '';
    expect(committed === file.render(), `${path} is out of step with the source: run npm run docs`).toBe(true);
  });

  it('are written below the given root', () => {
    const root = mkdtempSync(join(tmpdir(), 'slash32-docs-'));
    try {
      for (const path of generateDocs(root)) expect(readFileSync(join(root, path), 'utf8').length).toBeGreaterThan(500);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
});

describe('the reference of slash32.yaml', () => {
  it('names every key of the schema', () => {
    const page = renderConfigReference();
    const keys = (node: unknown): string[] => {
      if (typeof node !== 'object' || node === null) return [];
      const { properties, additionalProperties, items } = node as Record<string, unknown>;
      const own = Object.entries((properties ?? {}) as Record<string, unknown>);
      return [...own.flatMap(([key, child]) => [key, ...keys(child)]), ...keys(additionalProperties), ...keys(items)];
    };
    const all = keys(CONFIG_SCHEMA);
    const rows = (key: string) => page.split(`| \`${key}\` |`).length - 1;
    const missing = [...new Set(all)].filter((key) => rows(key) < all.filter((one) => one === key).length);
    expect(missing).toEqual([]);
  });

  it('has rows of as many cells as their head', () => {
    const rows = renderConfigReference()
      .split('\n')
      .filter((line) => line.startsWith('|'));
    for (const row of rows) expect([2, 3, 4]).toContain(row.split(/(?<!\\)\|/).length - 2);
  });

  it('comes with a schema for editors that is a schema of draft 2020-12', () => {
    const file = GENERATED_FILES.find((one) => one.path.endsWith('slash32.schema.json'));
    const ajv = new Ajv2020({ strict: false });
    expect(ajv.validateSchema(JSON.parse(file?.render() ?? 'null'))).toBe(true);
  });
});

describe('the reference of errors', () => {
  it('has a heading for each code, sorted', () => {
    const headings = [...renderErrorReference().matchAll(/^## (S32_\w+)$/gm)].map((match) => match[1]);
    expect(headings).toEqual(Object.keys(CATALOGUE).sort());
  });

  it('shows tags as text', () => {
    const page = renderErrorReference({
      S32_X: { title: 'x', meaning: 'Under <dhcpd> and `<enable/>`.', remedy: 'Look.', retryable: false },
    });
    expect(page).toContain('Under `<dhcpd>` and `<enable/>`.');
  });
});
