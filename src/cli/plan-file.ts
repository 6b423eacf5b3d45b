import { Slash32Error } from '../errors/slash32-error.js';
import { partChecksum, planChecksum } from '../plan/checksum.js';
import { planChanges, policyChanges } from '../plan/plan.js';
import { PLAN_SCHEMA, PLAN_SCHEMA_BEFORE } from '../plan/schema.js';
import type { Plan } from '../plan/types.js';
import { validatorOf } from '../schema/validator.js';
import { readBoundedFile } from '../state/bounded-file.js';

const PLAN = validatorOf<Plan>('plan', PLAN_SCHEMA, { allowUnionTypes: true });
const PLAN_BEFORE = validatorOf<Plan>('plan-before', PLAN_SCHEMA_BEFORE, { allowUnionTypes: true });

/** A plan that `slash32 plan --out` wrote, of this version or the one before, checked against its schema, its owner and its own checksum. */
export async function readPlanFile(path: string, owner: string): Promise<Plan> {
  const found = parse(await read(path), path);
  const isBefore =
    typeof found === 'object' && found !== null && 'format' in found && found.format === 'slash32.plan/1';
  const validate = isBefore ? PLAN_BEFORE() : PLAN();
  if (!validate(found)) {
    const [first] = validate.errors ?? [];
    throw unusable(
      path,
      `it is no slash32.plan/2 (${first?.instancePath || 'the file'} ${first?.message ?? 'does not fit'})`,
    );
  }
  const value: Plan = isBefore ? { ...found, waiting: [], approved: [] } : found;
  if (value.owner !== owner)
    throw unusable(path, `it is for the owner "${value.owner}", and this configuration is "${owner}"`);
  const isWhole = value.waiting.every(
    (part) => partChecksum(value.owner, part.key, part.changes, part.policy) === part.id,
  );
  const ids = value.waiting.map((part) => part.id);
  if (!isWhole || planChecksum(value.owner, planChanges(value), policyChanges(value), ids) !== value.checksum)
    throw unusable(path, 'its checksum does not fit its changes: it was edited');
  return value;
}

async function read(path: string): Promise<string> {
  try {
    return await readBoundedFile(path);
  } catch (cause) {
    throw unusable(path, cause instanceof Error ? cause.message : String(cause));
  }
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unusable(path, `it is no JSON (${cause instanceof Error ? cause.message : String(cause)})`);
  }
}

/** Throws when an approved plan is of another firewall or another kind than what would be done now. */
export function refuseOtherPlan(path: string, approved: Plan, now: Plan): void {
  if (approved.purpose !== now.purpose)
    throw unusable(path, `it is a plan to ${approved.purpose}, and this would ${now.purpose}`);
  const [planned, here] = [approved.target, now.target];
  const isCopy = planned.transport === 'file' && here.transport === 'file';
  if (!isCopy && planned.name !== here.name)
    throw unusable(path, `it was made for ${planned.name}, and this is ${here.name}`);
}

function unusable(path: string, reason: string): Slash32Error {
  return new Slash32Error('S32_PLAN_FILE', { message: `The plan file cannot be used: ${reason}.`, where: path });
}
