import { Router } from 'express';
import type { Contract } from './contract.js';
import { referencePage } from './reference/page.js';
import { STYLE } from './reference/style.js';

/** What the pages may load: their own files. */
export const PAGE_POLICY = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'style-src': ["'self'"],
  'img-src': ["'self'", 'data:'],
  'connect-src': ["'self'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
};

/** The contract as JSON and YAML, and a page to read it. All of it comes from this program. */
export function createPages(contract: Contract): Router {
  const router = Router({ strict: true });
  let page: string | undefined;
  router.get('/openapi.json', (_request, response) => void response.json(contract.document));
  router.get('/openapi.yaml', (_request, response) => void response.type('application/yaml').send(contract.text));
  router.get('/docs', (_request, response) => void response.redirect(308, '/docs/'));
  router.get('/docs/', (_request, response) => {
    page ??= referencePage(contract);
    response.type('html').send(page);
  });
  router.get('/docs/style.css', (_request, response) => void response.type('css').send(STYLE));
  return router;
}
