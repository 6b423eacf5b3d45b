import { Slash32Error } from '../../../errors/slash32-error.js';
import type { FirewallInterface, Observed } from '../../../model/firewall.js';
import type { XmlElement } from '../../../xml/element.js';
import { positionOf } from '../../../xml/position.js';
import { readConfig } from '../config/read.js';
import { readResolvers } from '../config/resolvers.js';
import { readStandingNames } from '../config/standing-names.js';
import { findFaults } from '../isc/faults.js';
import { readDhcpPlaces } from '../isc/places.js';
import { readSegments } from '../isc/read.js';
import { readPolicyPlaces } from '../policy/places.js';
import { readObservedPolicy } from '../policy/read.js';
import { type DecodedConfig, decodeConfig } from '../xml/encoding.js';
import { parseConfigXml } from '../xml/parse.js';
import type { FileFacts, FileSystem } from './file-system.js';
import { reasonOf } from './reason.js';
import { revisionOf } from './revision.js';

/** A configuration file, read and parsed. */
export interface FileReading {
  /** The file itself, where the path is a symbolic link. */
  readonly realPath: string;
  readonly facts: FileFacts;
  readonly bytes: Buffer;
  readonly decoded: DecodedConfig;
  readonly root: XmlElement;
  readonly interfaces: readonly FirewallInterface[];
  readonly observed: Observed;
}

const SHOWN_WARNINGS = 20;
/** These are said by the plan of the segment that they concern. */
const SAID_ELSEWHERE = new Set(['duplicate', 'in-range']);

/**
 * Reads a config.xml. Throws `S32_FILE_READ` and what the XML layer throws, with the path in `where`. Where the bytes are
 * those of an `earlier` reading of the same path, what they mean is taken from there.
 */
export async function readConfigFile(fs: FileSystem, path: string, earlier?: FileReading): Promise<FileReading> {
  const { realPath, facts, bytes } = await readBytes(fs, path);
  if (earlier?.bytes.equals(bytes)) return { ...earlier, realPath, facts };
  const { decoded, root } = parseBytes(path, bytes);
  const config = readConfig(root);
  const ids = config.interfaces.map((one) => one.id);
  return {
    realPath,
    facts,
    bytes,
    decoded,
    root,
    interfaces: config.interfaces,
    observed: {
      transport: 'file',
      target: path,
      revision: revisionOf(bytes),
      version: undefined,
      interfaces: config.interfaces,
      segments: readSegments(root),
      otherDhcp: config.otherDhcp,
      leases: undefined,
      neighbours: undefined,
      ownAddress: undefined,
      peerAddress: config.peerAddress,
      pair: config.pair,
      names: readStandingNames(root),
      resolvers: readResolvers(root),
      policy: readObservedPolicy(root, {
        whereOf: (offset) => `${path}:${positionOf(decoded.text, offset).line}`,
      }),
      connectionsStay: 'a file ends none; on the firewall they can be ended under Firewall: Diagnostics: States',
      places: { ...readDhcpPlaces(decoded.text, root, ids), ...readPolicyPlaces(decoded.text, root) },
      notes: [...config.notes, ...riskNotes(root, config.interfaces)],
    },
  };
}

/** The file that a path stands for, symbolic links followed. Throws `S32_FILE_READ`. */
export async function resolveFile(fs: FileSystem, path: string): Promise<string> {
  try {
    return await fs.realpath(path);
  } catch (error) {
    throw unreadable(path, reasonOf(error), error);
  }
}

async function readBytes(fs: FileSystem, path: string): Promise<Pick<FileReading, 'realPath' | 'facts' | 'bytes'>> {
  const realPath = await resolveFile(fs, path);
  try {
    const facts = await fs.stat(realPath);
    if (!facts.isFile) throw unreadable(path, 'it is no ordinary file', undefined);
    return { realPath, facts, bytes: await fs.readFile(realPath) };
  } catch (error) {
    if (error instanceof Slash32Error) throw error;
    throw unreadable(path, reasonOf(error), error);
  }
}

function unreadable(path: string, reason: string, cause: unknown): Slash32Error {
  return new Slash32Error('S32_FILE_READ', { message: `${path} cannot be read: ${reason}.`, where: path, cause });
}

function parseBytes(path: string, bytes: Buffer): Pick<FileReading, 'decoded' | 'root'> {
  try {
    const decoded = decodeConfig(bytes);
    return { decoded, root: parseConfigXml(decoded.text) };
  } catch (error) {
    if (!(error instanceof Slash32Error)) throw error;
    throw new Slash32Error(error.code, {
      message: error.message,
      where: (error.where ?? 'config.xml').replace(/^config\.xml/, () => path),
      effect: error.effect,
      written: error.written,
      hint: error.hint,
      cause: error,
    });
  }
}

function riskNotes(root: XmlElement, interfaces: readonly FirewallInterface[]): string[] {
  const risks = findFaults(root, interfaces).warnings.filter((warning) => !SAID_ELSEWHERE.has(warning.kind));
  const notes = risks
    .slice(0, SHOWN_WARNINGS)
    .map((warning) => `${warning.interface}, ${warning.object}: ${warning.message}`);
  if (risks.length > SHOWN_WARNINGS)
    notes.push(`${risks.length - SHOWN_WARNINGS} more entries under <dhcpd> are risky.`);
  return notes;
}
