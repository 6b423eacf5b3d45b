import { describe, expect, it } from 'vitest';
import { PATHS } from '../../../src/firewall/opnsense/api/observe.js';
import { RPC_PATH } from '../../../src/firewall/opnsense/api/rpc.js';
import { privilegeFor } from '../../../src/firewall/opnsense/http/privileges.js';
import { mayCall } from '../../../src/sim/opnsense/privileges.js';

const UUID = '9d0c1b7e-6d53-4a77-8c1d-2f60c1a0a111';

/** Every call of the `api` and `plugin` transports. */
const CALLS = [
  ...Object.values(PATHS),
  `${PATHS.download}config-1795316375.4441.xml`,
  RPC_PATH,
  '/api/dhcpv4/service/restart',
  '/api/dhcpv4/service/status',
  '/api/interfaces/neighbor_settings/reconfigure',
  '/api/firewall/filter/set',
  '/api/firewall/filter/apply',
  `/api/firewall/filter/del_rule/${UUID},${UUID}`,
  '/api/firewall/alias/import',
  '/api/firewall/alias/reconfigure',
  `/api/firewall/alias/del_item/${UUID}`,
  '/api/firewall/d_nat/add_rule',
  `/api/firewall/d_nat/set_rule/${UUID}`,
  '/api/firewall/category/add_item',
  '/api/diagnostics/firewall/log?limit=5000',
  '/api/slash32/state/get',
  '/api/slash32/state/apply',
  '/api/slash32/state/confirm',
  '/api/slash32/state/rollback',
];

describe('a privilege opens', () => {
  it.each(CALLS)('%s, when it is the one that slash32 asks for', (path) => {
    expect(mayCall({ privileges: [privilegeFor(path)] }, path)).toBe(true);
  });

  it.each(CALLS)('%s to nobody who has none', (path) => {
    expect(mayCall({ privileges: ['user-config-readonly', 'no-such-privilege'] }, path)).toBe(false);
  });

  it.each([
    ['page-diagnostics-arptable', '/api/diagnostics/interface/getArp'],
    ['page-diagnostics-arptable', '/api/diagnostics/interface/get_ndp'],
    ['page-interfaces-neighbor', '/api/interfaces/neighbor_settings/reconfigure'],
    ['page-status-services', '/api/dhcpv4/service/restart'],
    ['page-filter-api', '/api/firewall/filter_util/rule_stats'],
    ['page-firewall-nat-portforward-edit', '/api/firewall/category/add_item'],
    ['page-services-slash32', '/api/slash32/state/get'],
    ['page-services-slash32-api', '/api/slash32/settings/set'],
    ['page-diagnostics-logs-firewall-dynamic', '/api/diagnostics/firewall/query_states'],
    ['page-diagnostics-showstates', '/api/diagnostics/firewall/queryStates'],
    ['page-diagnostics-showstates', '/api/diagnostics/firewall/delState/1/2'],
  ])('with %s not %s', (privilege, path) => {
    expect(mayCall({ privileges: [privilege] }, path)).toBe(false);
  });

  it.each([
    ['page-diagnostics-arptable', '/api/diagnostics/interface/get_arp?a=1'],
    ['page-filter-api', '/api/firewall/filter'],
    ['page-xmlrpclibrary', '/xmlrpc.php?a'],
    ['page-firewall-nat-portforward-edit', '/api/firewall/category/search_item'],
    ['page-all', '/anything'],
    ['none', '/api/core/menu/search'],
  ])('with %s also %s', (privilege, path) => {
    expect(mayCall({ privileges: [privilege] }, path)).toBe(true);
  });
});
