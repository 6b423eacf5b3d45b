import { Slash32Error } from '../../errors/slash32-error.js';
import type { Actor } from '../types/trigger.js';
import { auditOfAct } from './audit.js';
import { audit, type Core, instantNow, refreshFindings } from './core.js';

/** Switches applying off. On the disk when it returns. Throws `S32_SERVICE_STATE` or `S32_STATE_WRITE`. */
export function pauseApplying(core: Core, actor: Actor, reason: string): void {
  const { pause: before } = core.memory.get();
  if (before !== undefined) throw already(`Applying is paused since ${before.since} by ${before.by}: ${before.reason}`);
  const at = instantNow(core);
  const pause = { since: at, by: actor.name, reason };
  core.memory.put({ pause });
  void core.writer.note({ kind: 'pause', at, actor, pause });
  void audit(core, auditOfAct('pause', actor, at));
  refreshFindings(core);
}

/** Switches applying on again; quarrels with others start to count anew. Throws as {@link pauseApplying}. */
export function resumeApplying(core: Core, actor: Actor): void {
  if (core.memory.get().pause === undefined) throw already('Applying is not paused.');
  const at = instantNow(core);
  core.memory.put({ pause: undefined, writes: [] });
  void core.writer.note({ kind: 'pause', at, actor, pause: undefined });
  void audit(core, auditOfAct('resume', actor, at));
  refreshFindings(core);
}

/** Lets the plan that is held be applied again. Throws as {@link pauseApplying}. */
export function releaseHeldPlan(core: Core, actor: Actor): void {
  const { hold } = core.memory.get();
  if (hold === undefined) throw already('No plan is held.');
  const at = instantNow(core);
  core.memory.put({ hold: undefined, reboots: [] });
  void core.writer.note({ kind: 'hold', at, actor, hold: undefined, reason: `released by ${actor.name}` });
  void audit(core, auditOfAct('release-hold', actor, at, { checksum: hold.checksum }));
  refreshFindings(core);
}

function already(message: string): Slash32Error {
  return new Slash32Error('S32_SERVICE_STATE', { message });
}
