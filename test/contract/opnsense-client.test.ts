import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ErrorCode } from '../../src/errors/catalogue.js';
import { readHistory } from '../../src/firewall/opnsense/api/history.js';
import { staticRows } from '../../src/firewall/opnsense/api/leases.js';
import { addOverview } from '../../src/firewall/opnsense/api/overview.js';
import { rowsOf } from '../../src/firewall/opnsense/api/rows.js';
import { callRpc } from '../../src/firewall/opnsense/api/rpc.js';
import { dhcpState, restartDhcp } from '../../src/firewall/opnsense/api/services.js';
import { takeSnapshot } from '../../src/firewall/opnsense/api/snapshot.js';
import { readVersion } from '../../src/firewall/opnsense/api/version.js';
import { createOpnsenseClient, type OpnsenseClient } from '../../src/firewall/opnsense/http/client.js';
import { createRedactor } from '../../src/secrets/redactor.js';
import { type Recording, recording } from './opnsense-recording.js';

/** A server that answers everything with one recorded answer. */
async function clientOf(exchange: Recording): Promise<OpnsenseClient> {
  const body = typeof exchange.response === 'string' ? exchange.response : JSON.stringify(exchange.response);
  const headers = { ...exchange.headers, 'content-length': String(Buffer.byteLength(body)) };
  const server = createServer((_request, response) => response.writeHead(exchange.status, headers).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return createOpnsenseClient({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    key: { key: 'the-api-key', secret: 'the-api-secret' },
    trust: { ca: undefined, fingerprint: undefined },
    redactor: createRedactor(),
  });
}

function call(client: OpnsenseClient, exchange: Recording): Promise<unknown> {
  const { method, path } = exchange.request;
  return method === 'GET' ? client.get(path) : client.post(path, {});
}

describe('the client reads what the real OPNsense answered', () => {
  it.each<readonly [string, ErrorCode, string]>([
    ['auth-01-none', 'S32_OPNSENSE_NOT_AUTHENTICATED', 'login page'],
    ['auth-02-none-post', 'S32_OPNSENSE_NOT_AUTHENTICATED', 'login page'],
    ['auth-03-wrong-secret', 'S32_OPNSENSE_KEY_REJECTED', 'rejects'],
    ['auth-06-bearer', 'S32_OPNSENSE_KEY_REJECTED', 'rejects'],
    ['auth-09-unknown-module', 'S32_OPNSENSE_NO_ENDPOINT', '/api/nosuch/thing/get'],
    ['auth-13-forbidden-partial', 'S32_OPNSENSE_FORBIDDEN', 'page-diagnostics-configurationhistory'],
    ['auth-15-readonly-write', 'S32_OPNSENSE_FIREWALL_ERROR', 'denied for write access'],
    ['auth-17-empty-json', 'S32_OPNSENSE_FIREWALL_ERROR', 'Invalid JSON syntax'],
    ['dhcp-16-status-no-section', 'S32_OPNSENSE_FIREWALL_ERROR', 'check log for details'],
  ])('%s is %s', async (name, code, part) => {
    const exchange = recording(name);
    const client = await clientOf(exchange);
    const { method, path } = exchange.request;
    await expect(call(client, exchange)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(part),
      where: `${method} ${client.target}${path}`,
      written: 'nothing',
    });
    expect(client.calls()).toBe(1);
  });

  it('takes the history, newest first, by the precise time of the file name', async () => {
    const exchange = recording('bk-02-list');
    const client = await clientOf(exchange);
    const history = readHistory(await call(client, exchange), client.describe('GET', 'x'));
    expect(history.slice(0, 2).map(({ id, user }) => [id, user])).toEqual([
      ['config-1795316375.4441.xml', 'syncadmin@127.0.0.1'],
      ['config-1795316375.3963.xml', 'syncadmin@127.0.0.1'],
    ]);
    const times = history.map(({ id }) => Number(id.slice(7, -4)));
    expect(times).toEqual([...times].sort((left, right) => right - left));
  });

  it('cuts a downloaded configuration, and nothing secret of it is left', async () => {
    const exchange = recording('bk-05-download-one');
    const client = await clientOf(exchange);
    const snapshot = takeSnapshot('id', await client.download('/x'), client.describe('GET', '/x'));
    expect(snapshot.root.name).toBe('opnsense');
    expect(JSON.stringify(snapshot)).not.toMatch(/\$2y\$|rigsalt|yFrF/);
  });

  it('says that a backup is gone when the answer is empty', async () => {
    const client = await clientOf(recording('bk-06-download-unknown'));
    const text = await client.download('/x');
    expect(() => takeSnapshot('config-1.xml', text, client.describe('GET', '/x'))).toThrow(
      expect.objectContaining({ code: 'S32_OPNSENSE_EMPTY' }),
    );
  });

  it('reads interfaces, static mappings and service answers', async () => {
    const overview = recording('if-01-info');
    const client = await clientOf(overview);
    const rows = rowsOf(await call(client, overview), client.describe('POST', 'x'));
    const opt1 = {
      id: 'opt1',
      description: '',
      device: 'em2',
      mac: undefined,
      enabled: true,
      address: undefined,
      prefix: undefined,
      virtualIps: [],
    };
    expect(addOverview([opt1], rows)[0]?.mac).toBe('00:16:3e:0a:00:02');

    const leases = recording('dhcp-01-search');
    const second = await clientOf(leases);
    const maps = staticRows(rowsOf(await call(second, leases), second.describe('POST', 'x')));
    expect(maps).toHaveLength(6);
    expect(maps[0]).toEqual({
      interface: 'opt1',
      mac: '00:16:3e:00:01:01',
      address: '10.10.1.11',
      hostname: 'web1',
      description: 'incus',
    });

    expect(await dhcpState(await clientOf(recording('dhcp-04-status')))).toBe('stopped');
    expect(await dhcpState(await clientOf(recording('dhcp-14-status-enable-empty-tag')))).toBe('disabled');
    expect(await dhcpState(await clientOf(recording('dhcp-16-status-no-section')))).toBe('unknown');
    await expect(dhcpState(await clientOf(recording('dhcp-09-settings-get')))).rejects.toMatchObject({
      code: 'S32_OPNSENSE_NO_ISC',
    });
    await restartDhcp(await clientOf(recording('dhcp-05-restart')));
    await expect(restartDhcp(await clientOf(recording('dhcp-10-restart-get')))).rejects.toMatchObject({
      code: 'S32_OPNSENSE_FIREWALL_ERROR',
    });
  });

  it('reads XML-RPC values, faults and "Authentication failed"', async () => {
    const at = async (name: string) => callRpc(await clientOf(recording(name)), 'opnsense.x', []);
    expect(await at('rpc-01-test-apikey')).toBe('hello');
    expect(await at('rpc-08-restore-one-iface')).toBe(true);
    expect(await at('rpc-11-service-restart')).toBe("Service `dhcpd' has been restarted.");
    expect(await at('rpc-07-listMethods')).toContain('opnsense.restore_config_section');
    expect(readVersion(await at('rpc-05-version'))).toBe('26.7.2');
    await expect(at('rpc-06-unknown')).rejects.toMatchObject({
      code: 'S32_OPNSENSE_RPC_FAULT',
      message: expect.stringContaining('does not exist. (-32601)'),
    });
    for (const name of ['rpc-03-test-wrong', 'rpc-04-test-nopriv', 'rpc-04b-fwonly'])
      await expect(at(name)).rejects.toMatchObject({
        code: 'S32_OPNSENSE_FORBIDDEN',
        message: expect.stringContaining('page-xmlrpclibrary'),
      });
  });
});
