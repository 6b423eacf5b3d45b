import { randomBytes, timingSafeEqual } from 'node:crypto';
import express, { type ErrorRequestHandler, type Express, type Request, type Response } from 'express';
import helmet from 'helmet';
import { PAGE_POLICY } from '../../../http/pages.js';
import type { DemoWorld } from '../world.js';
import type { Action, Values } from './action.js';
import { FIREWALL_ACTIONS } from './firewall-actions.js';
import { INCUS_ACTIONS } from './incus-actions.js';
import { KNOCK } from './knock.js';
import { controlPage } from './page.js';
import { CONTROL_STYLE } from './style.js';

/** What the control page needs from outside of the world. */
export interface ControlOptions {
  /** Writes a new trust token where the last one lay. */
  readonly renewToken: () => Promise<void>;
}

const REMEMBERED = 5;

/**
 * The control page: whoever sits at this machine does by it what other people do to Incus and the firewall. Pages of others cannot:
 * a form is taken only with the proof that this page put into it, from a browser that says where it comes from, under a name of loopback.
 */
export function createControl(world: DemoWorld, options: ControlOptions): Express {
  const groups = [
    { title: 'Incus', actions: [...INCUS_ACTIONS, renewal(options)] },
    { title: 'The firewall', actions: [...FIREWALL_ACTIONS, KNOCK] },
  ];
  const actions = new Map(groups.flatMap((group) => group.actions.map((action) => [action.id, action])));
  const proof = randomBytes(24).toString('base64url');
  const said: { text: string; isRefused: boolean }[] = [];
  const say = (text: string, isRefused: boolean): void => {
    said.unshift({ text, isRefused });
    said.splice(REMEMBERED);
  };

  const app = express();
  app.disable('x-powered-by');
  app.use(
    helmet({
      strictTransportSecurity: false,
      // Without a referrer a browser does not say either which page a form was on.
      referrerPolicy: { policy: 'same-origin' },
      contentSecurityPolicy: {
        useDefaults: false,
        directives: { ...PAGE_POLICY, 'script-src': ["'none'"], 'connect-src': ["'none'"], 'form-action': ["'self'"] },
      },
    }),
  );
  app.use((request, response, next) => (isLoopbackName(request) ? next() : refuse(response, 'This is not its name.')));
  app.get('/', (_request, response) => {
    response.type('html').set('cache-control', 'no-store').send(controlPage({ world, groups, proof, said }));
  });
  app.get('/style.css', (_request, response) => void response.type('css').send(CONTROL_STYLE));
  app.post('/do/:action', express.urlencoded({ extended: false, limit: '16kb' }), async (request, response) => {
    const body: Readonly<Record<string, unknown>> = request.body ?? {};
    if (!isOwnPage(request) || !isSame(body.proof, proof))
      return refuse(response, 'This form is not of the control page of this world. Load the page again.');
    const action = actions.get(String(request.params.action));
    if (action === undefined) return refuse(response, 'There is no such action.', 404);
    try {
      say(await action.run(world, valuesOf(world, action, body)), false);
    } catch (error) {
      say(`Not done: ${error instanceof Error ? error.message : String(error)}`, true);
    }
    response.redirect(303, '/');
  });
  app.use((_request: Request, response: Response) => refuse(response, 'There is no such page.', 404));
  app.use(unreadable);
  return app;
}

function renewal({ renewToken }: ControlOptions): Action {
  return {
    id: 'token',
    title: 'Make a new trust token',
    about: 'incus config trust add slash32 on a real Incus. A token is used up once it was redeemed.',
    fields: [],
    run: async () => {
      await renewToken();
      return 'A new trust token is in incus.token.';
    },
  };
}

/** What was entered, without blanks around it. Throws where a field is missing or a choice was not offered. */
function valuesOf(world: DemoWorld, action: Action, body: Readonly<Record<string, unknown>>): Values {
  return Object.fromEntries(
    action.fields.map(({ name, label, choices, isOptional }) => {
      const entered = body[name];
      const value = typeof entered === 'string' ? entered.trim() : '';
      if (value === '' && isOptional !== true) throw new Error(`${label}: nothing was entered.`);
      if (choices !== undefined && !choices(world).some((choice) => choice.value === value))
        throw new Error(`${label}: "${value}" is not there any more.`);
      return [name, value];
    }),
  );
}

/** A name of somebody else's that leads here would let his pages read this one. */
function isLoopbackName({ headers, socket }: Request): boolean {
  return headers.host === `127.0.0.1:${socket.localPort}` || headers.host === `localhost:${socket.localPort}`;
}

/** What browsers say of the page that a form was on; programs say nothing. */
function isOwnPage({ headers }: Request): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return false;
  return headers.origin === undefined || headers.origin === `http://${headers.host}`;
}

function isSame(given: unknown, expected: string): boolean {
  const bytes = Buffer.from(typeof given === 'string' ? given : '');
  return bytes.length === expected.length && timingSafeEqual(bytes, Buffer.from(expected));
}

function refuse(response: Response, why: string, status = 403): void {
  response.status(status).type('text').send(`${why}\n`);
}

const unreadable: ErrorRequestHandler = (_error, _request, response, _next) =>
  refuse(response, 'That cannot be read.', 400);
