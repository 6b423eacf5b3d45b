import { Slash32Error } from '../../../errors/slash32-error.js';
import { compareSeries, type Series, seriesOf } from '../http/version.js';
import { isStruct, type RpcValue } from './rpc-value.js';

/** Oldest series whose XML-RPC write merges instead of replacing (docs/facts.md, "OPNsense: XML-RPC"). */
const OLDEST: Series = [25, 7];

/** Oldest series whose API has destination NAT. */
const REDIRECTS: Series = [26, 1];

/** Why no redirect can be written through the API of a version; undefined where one can, or where the version is not known. */
export function noRedirects(version: string | undefined): string | undefined {
  const series = version === undefined ? undefined : seriesOf(version);
  if (series === undefined || compareSeries(series, REDIRECTS) >= 0) return undefined;
  return `OPNsense ${version} has no API for destination NAT, which came with ${REDIRECTS.join('.')}`;
}

/** The version in the answer of `opnsense.firmware_version`, for example `26.7.2`; undefined when there is none. */
export function readVersion(answer: RpcValue): string | undefined {
  const firmware = isStruct(answer) ? answer.get('firmware') : undefined;
  const version = isStruct(firmware) ? firmware.get('version') : undefined;
  return typeof version === 'string' && seriesOf(version) !== undefined ? version.trim() : undefined;
}

/** Refuses a firewall whose XML-RPC write would replace the whole section. */
export function refuseOld(version: string, where: string): void {
  const series = seriesOf(version);
  if (series === undefined || compareSeries(series, OLDEST) >= 0) return;
  throw new Slash32Error('S32_OPNSENSE_VERSION_OLD', {
    message: `The firewall runs OPNsense ${version}; slash32 needs 25.7 or newer.`,
    where,
  });
}
