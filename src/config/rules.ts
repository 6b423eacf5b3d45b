import { parseAddress } from '../model/address.js';
import { recordOf } from '../schema/record.js';
import { checkEnds } from './ends.js';
import type { Finding } from './problem.js';
import { addressFinding, checkSegments } from './segment-rules.js';
import { checkSchedule, checkService } from './service-rules.js';
import { sourceKeyOf } from './source-key.js';
import { suggest } from './suggest.js';

/**
 * What a schema cannot say about slash32.yaml. Works on a file that the schema refused too, so that a person sees all
 * mistakes at once; whatever has the wrong type is passed over here.
 */
export function checkRules(value: Readonly<Record<string, unknown>>): Finding[] {
  return [
    ...checkEnds(value),
    ...checkSegments(value.segments),
    ...checkAddresses('protect', value.protect),
    ...checkAddresses('node_addresses', value.node_addresses),
    ...checkPinProjects(value),
    ...checkSchedule(value.schedule),
    ...checkService(value.service),
  ];
}

function checkAddresses(key: string, addresses: unknown): Finding[] {
  if (!Array.isArray(addresses)) return [];
  return addresses.flatMap((address: unknown, index) =>
    typeof address === 'string' && parseAddress(address) === undefined ? [addressFinding(address, [key, index])] : [],
  );
}

/** A pin for a project that is not looked at is a slip of the pen. */
function checkPinProjects(value: Readonly<Record<string, unknown>>): Finding[] {
  const source = sourceKeyOf(value);
  const { projects } = recordOf(source?.value);
  if (source === undefined || !Array.isArray(projects)) return [];
  const names = projects.map(String);
  return Object.entries(recordOf(value.segments)).flatMap(([segment, fields]) =>
    Object.keys(recordOf(recordOf(fields).pins))
      .filter((project) => !names.includes(project))
      .map((project): Finding => {
        const near = suggest(project, names);
        return {
          path: ['segments', segment, 'pins', project],
          at: 'key',
          message: `'${project}' is not one of ${source.key}.projects.`,
          hint: near === undefined ? `They are: ${names.join(', ')}.` : `Did you mean '${near}'?`,
        };
      }),
  );
}
