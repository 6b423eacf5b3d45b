import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { takeSnapshot } from '../../../../src/firewall/opnsense/api/snapshot.js';
import { UNREADABLE } from '../xml/unreadable.js';

const SCENARIO = readFileSync(new URL('../../../fixtures/opnsense/config/scenario.xml', import.meta.url), 'utf8');
const CALL = { host: 'fw.lan', path: '/api/core/backup/download', where: 'fw.lan GET /api/core/backup/download' };

describe('a backup that OPNsense itself could not read', () => {
  it.each(UNREADABLE)('is refused with line and column when it %s', (_what, before, after, place) => {
    expect(() => takeSnapshot('config-1.xml', SCENARIO.replace(before, after), CALL)).toThrowError(
      expect.objectContaining({
        code: 'S32_CONFIG_XML_MALFORMED',
        message: expect.stringMatching(`The backup config-1\\.xml of fw\\.lan is broken at config\\.xml:${place}: `),
        written: 'nothing',
        retryable: false,
      }),
    );
  });

  it('is one that was cut short when its last tag is missing', () => {
    const cut = SCENARIO.slice(0, SCENARIO.indexOf('</interfaces>') + '</interfaces>'.length);
    expect(() => takeSnapshot('config-1.xml', cut, CALL)).toThrowError(
      expect.objectContaining({ code: 'S32_OPNSENSE_CUT_SHORT', retryable: true }),
    );
  });
});
