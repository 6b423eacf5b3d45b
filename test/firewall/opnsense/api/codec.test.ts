import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newSaves, readHistory } from '../../../../src/firewall/opnsense/api/history.js';
import { isStruct, type RpcValue, struct } from '../../../../src/firewall/opnsense/api/rpc-value.js';
import { readVersion } from '../../../../src/firewall/opnsense/api/version.js';
import { decodeAnswer, decodeValue } from '../../../../src/firewall/opnsense/api/xmlrpc-decode.js';
import { encodeCall, encodeValue } from '../../../../src/firewall/opnsense/api/xmlrpc-encode.js';
import { isUntested } from '../../../../src/firewall/opnsense/http/version.js';
import { parseXml } from '../../../../src/firewall/opnsense/xml/parse.js';
import { recording } from '../../../contract/opnsense-recording.js';

const IN_XML = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;

const CALL = { where: 'GET x', path: 'x', host: 'fw' };

describe('the XML-RPC codec', () => {
  const names = fc.stringMatching(/^[a-z@_]{1,8}$/);
  const character = fc.oneof(
    fc.constantFrom('<', '>', '&', '"', "'", ']', '\r', '\n', '\t', ' ', 'ü', '😀'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }).filter((each) => IN_XML.test(each)),
  );
  const text = fc.array(character, { maxLength: 12 }).map((characters) => characters.join(''));
  const { value } = fc.letrec<{ value: RpcValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      text,
      fc.boolean(),
      fc.integer(),
      fc.array(tie('value'), { maxLength: 4 }),
      fc
        .uniqueArray(fc.tuple(names, tie('value')), { maxLength: 4, selector: ([name]) => name })
        .map((members) => new Map(members)),
    ),
  }));

  it('carries every value through, in ASCII alone', () => {
    fc.assert(
      fc.property(value, (given) => {
        const encoded = encodeValue(given);
        expect(encoded).toMatch(/^[\t\n\x20-\x7e]*$/);
        expect(decodeValue(parseXml(encoded))).toEqual(given);
      }),
    );
  });

  it('makes the calls that the real OPNsense understood', () => {
    const maps = [1, 2, 3].map((number) =>
      struct({
        mac: `00:16:3e:00:01:0${number}`,
        ipaddr: `10.10.1.3${number}`,
        hostname: `new${number}`,
        descr: 'via xmlrpc',
      }),
    );
    const sent = encodeCall('opnsense.restore_config_section', [
      struct({ dhcpd: struct({ opt1: struct({ staticmap: maps }) }) }),
    ]);
    const squeeze = (xml: unknown) =>
      String(xml)
        .replace(/<\?xml.*?\?>/, '')
        .replace(/>\s+</g, '><')
        .trim();
    expect(squeeze(sent)).toBe(squeeze(recording('rpc-08-restore-one-iface').request.body));
  });

  it.each(['\u0000', '\u000b', '\ufffe', '\ud800'])('refuses %j, which XML does not have', (character) => {
    expect(() => encodeValue(`a${character}b`)).toThrow(
      expect.objectContaining({ code: 'S32_OPNSENSE_CANNOT_EXPRESS' }),
    );
  });

  it('takes an answer that is none for what it is', () => {
    expect(decodeAnswer('<html><body/></html>')).toBeUndefined();
    expect(decodeAnswer('<methodResponse><params/></methodResponse>')).toBeUndefined();
    const untyped = decodeAnswer(
      '<methodResponse><params><param><value>plain</value></param></params></methodResponse>',
    );
    expect(untyped).toEqual({ kind: 'value', value: 'plain' });
    const typed = decodeAnswer(
      '<methodResponse><params><param><value><string>Authentication failed</string></value></param></params></methodResponse>',
    );
    expect(typed, 'a typed string is a value').toEqual({ kind: 'value', value: 'Authentication failed' });
    expect(isStruct('x')).toBe(false);
  });
});

describe('the history', () => {
  it('is in the order of the file names where two saves share a time', () => {
    const row = (id: string) => ({ id, time: '1795316375.44', time_iso: 't', description: 'd', username: 'u' });
    const items = [
      'config-1795316375.44.xml',
      'config-1795316375.4441_9.xml',
      'config-1795316375.4441.xml',
      'config-1795316375.4363.xml',
    ].map(row);
    const history = readHistory({ items }, CALL);
    expect(history.map(({ id }) => id.slice(17, -4))).toEqual(['.4441_9', '.4441', '.44', '.4363']);
    const known = new Set(history.slice(2).map(({ id }) => id));
    expect(newSaves(history, known)).toEqual(history.slice(0, 2));
  });

  it.each([{}, { items: {} }, [], null, { items: [{ id: '../../etc/passwd' }] }, { items: [{}] }])(
    'is refused when it is %j',
    (answer) => {
      expect(() => readHistory(answer, CALL)).toThrow(expect.objectContaining({ code: 'S32_OPNSENSE_BAD_ANSWER' }));
    },
  );
});

describe('a version', () => {
  it.each([
    ['26.7.2', false],
    ['26.7_1', false],
    ['26.8', true],
    ['27.1.1', true],
  ])('%s is untested: %s', (version, untested) => {
    expect(isUntested(version)).toBe(untested);
  });

  it.each(['', 'unknown', 'OPNsense'])('is not read from %j', (version) => {
    expect(readVersion(struct({ firmware: struct({ version }) }))).toBeUndefined();
  });
});
