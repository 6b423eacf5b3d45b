import type * as api from '../generated/messages.js';
import type { Handler } from '../types.js';

export const getPending: Handler<api.Pending> = (_request, { service }) => ({
  status: 200,
  body: { waiting: service.status().waiting },
});

export const confirmPending: Handler<api.Settled> = async ({ caller }, { service }) => ({
  status: 200,
  body: await service.confirm(caller.actor),
});

export const rollbackPending: Handler<api.Settled> = async ({ caller }, { service }) => ({
  status: 200,
  body: await service.rollback(caller.actor),
});

export const pause: Handler<api.Status> = ({ values, caller }, { service }) => {
  const { reason } = values.body as api.PauseRequest;
  return { status: 200, body: service.pause(caller.actor, reason ?? `asked for by ${caller.actor.name}`) };
};

export const resume: Handler<api.Status> = ({ caller }, { service }) => ({
  status: 200,
  body: service.resume(caller.actor),
});

export const releaseHold: Handler<api.Status> = ({ caller }, { service }) => ({
  status: 200,
  body: service.releaseHold(caller.actor),
});
