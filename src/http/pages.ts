import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Router } from 'express';
import type { Contract } from './contract.js';

const INITIALIZER = `window.addEventListener('load', () => {
  window.ui = SwaggerUIBundle({ url: '../openapi.json', dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null, tryItOutEnabled: false });
});
`;

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>slash32: HTTP API</title>
    <link rel="stylesheet" href="swagger-ui.css" />
    <link rel="icon" href="favicon-32x32.png" />
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="swagger-ui-bundle.js"></script>
    <script src="start.js"></script>
  </body>
</html>
`;

/** What the pages may load: their own files, the pictures inside the style sheet, and the contract. */
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

/** Files of swagger-ui-dist that the page needs; nothing else of it is served. */
const FILES = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'];

/** The contract as JSON and YAML, and pages to read it. All of it comes from this machine. */
export function createPages({ text, document }: Contract): Router {
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  const router = Router({ strict: true });
  router.get('/openapi.json', (_request, response) => void response.json(document));
  router.get('/openapi.yaml', (_request, response) => void response.type('application/yaml').send(text));
  router.get('/docs', (_request, response) => void response.redirect(308, '/docs/'));
  router.get('/docs/', (_request, response) => void response.type('html').send(PAGE));
  router.get('/docs/start.js', (_request, response) => void response.type('js').send(INITIALIZER));
  for (const file of FILES)
    router.get(`/docs/${file}`, (_request, response) => response.sendFile(file, { root: folder, dotfiles: 'allow' }));
  return router;
}
