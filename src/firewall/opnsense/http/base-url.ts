import { Slash32Error } from '../../../errors/slash32-error.js';

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * The origin of the firewall's web interface from what the configuration says. Refuses (`S32_OPNSENSE_URL`) anything
 * but https, because the API secret would travel in clear; http is let through to loopback, where the simulator is.
 */
export function parseBaseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw refused('The address of the firewall is not a URL.');
  if (url.username !== '' || url.password !== '')
    throw refused('The address of the firewall holds a user name or a password; the API key comes from its own file.');
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname))
    throw refused(`Over http:// the API secret would travel in clear to ${url.host}.`);
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw refused(`${url.protocol}// is no way to talk to OPNsense.`);
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '')
    throw refused(`The address of the firewall goes on after ${url.origin}.`);
  return new URL(url.origin);
}

function refused(message: string): Slash32Error {
  return new Slash32Error('S32_OPNSENSE_URL', { message, where: 'opnsense.url' });
}
