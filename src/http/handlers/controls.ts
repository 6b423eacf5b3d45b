import type { Handler } from '../types.js';

export const getPending: Handler = (_request, { service }) => ({
  status: 200,
  body: { waiting: service.status().waiting },
});

export const confirmPending: Handler = async ({ caller }, { service }) => ({
  status: 200,
  body: await service.confirm(caller.actor),
});

export const rollbackPending: Handler = async ({ caller }, { service }) => ({
  status: 200,
  body: await service.rollback(caller.actor),
});

export const pause: Handler = ({ values, caller }, { service }) => {
  const { reason } = values.body as { readonly reason?: string };
  return { status: 200, body: service.pause(caller.actor, reason ?? `asked for by ${caller.actor.name}`) };
};

export const resume: Handler = ({ caller }, { service }) => ({ status: 200, body: service.resume(caller.actor) });

export const releaseHold: Handler = ({ caller }, { service }) => ({
  status: 200,
  body: service.releaseHold(caller.actor),
});
