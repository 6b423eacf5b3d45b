import type { SimRequest } from './request.js';
import type { SimState } from './state.js';

const STRANGERS_VIEW = {
  config: {},
  api_extensions: null,
  api_status: 'stable',
  api_version: '1.0',
  auth: 'untrusted',
};

/** `GET /1.0`: a stranger gets 200 too, without environment and with `api_extensions: null`. */
export function renderServer(state: SimState, request: SimRequest): Record<string, unknown> {
  const { viewer } = request;
  if (!viewer.trusted) return { ...STRANGERS_VIEW, public: false, auth_methods: ['tls'] };
  return {
    config: viewer.restricted ? {} : { 'core.https_address': '127.0.0.1:8443' },
    api_extensions: ['etag', 'projects', 'network_dhcp_expiry', 'instance_all_projects', 'networks_all_projects'],
    api_status: 'stable',
    api_version: '1.0',
    auth: 'trusted',
    public: false,
    auth_methods: ['tls'],
    auth_user_name: viewer.name,
    auth_user_method: viewer.method,
    environment: {
      addresses: ['127.0.0.1:8443'],
      architectures: ['x86_64', 'i686'],
      certificate: request.certificate,
      certificate_fingerprint: request.fingerprint,
      driver: 'lxc',
      driver_version: '6.0.4',
      firewall: 'nftables',
      kernel: 'Linux',
      kernel_architecture: 'x86_64',
      kernel_features: {},
      kernel_version: '6.12.0',
      lxc_features: {},
      os_name: 'Debian GNU/Linux',
      os_version: '13',
      project: 'default',
      server: 'incus',
      server_clustered: state.members.length > 0,
      server_event_mode: 'full-mesh',
      server_name: 'simulated',
      server_pid: 1,
      server_version: state.serverVersion,
      storage: 'dir',
      storage_version: '1',
      storage_supported_drivers: [{ Name: 'dir', Version: '1', Remote: false }],
    },
  };
}
