/** The answer of `state/get` as docs/plugin-api.md gives it, and not a field more, so that nobody drifts. */

const text = { type: 'string' } as const;
const number = { type: 'integer' } as const;
const flag = { type: 'boolean' } as const;

function shape(properties: Readonly<Record<string, object>>, optional: readonly string[] = []) {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, required, additionalProperties: false };
}

function list(items: object) {
  return { type: 'array', items };
}

const complaint = shape({ where: text, object: text, message: text });

export const STATE = shape({
  result: { const: 'ok' },
  api: { const: 1 },
  plugin: text,
  version: text,
  revision: { type: 'string', pattern: '^[0-9a-f]{64}$' },
  now: number,
  caller: shape({ address: text, user: text }),
  scope: shape({ interfaces: list(text), max_confirm_seconds: number }),
  interfaces: list(
    shape({
      id: text,
      descr: text,
      device: text,
      mac: text,
      enabled: flag,
      ipaddr: text,
      subnet: number,
      vips: list(shape({ address: text, mode: { enum: ['carp', 'ipalias', 'other'] }, status: text })),
    }),
  ),
  dhcpd: text,
  other_dhcp: list(shape({ interface: text, server: { enum: ['dnsmasq', 'kea'] } })),
  faults: list(shape({ interface: text, object: text, message: text })),
  leases: list(shape({ interface: text, address: text, mac: text, hostname: text })),
  neighbours: list(shape({ interface: text, address: text, mac: text, permanent: flag })),
  peer: { type: ['string', 'null'] },
  aliases: list(shape({ owner: text, name: text, type: text, content: list(text), descr: text })),
  rules: list(
    shape({
      owner: text,
      uuid: text,
      descr: text,
      interface: text,
      action: text,
      direction: text,
      ipprotocol: text,
      protocol: text,
      source_net: text,
      source_not: flag,
      source_port: text,
      destination_net: text,
      destination_not: flag,
      destination_port: text,
      icmptype: text,
      log: flag,
      quick: flag,
      enabled: flag,
      sequence: number,
    }),
  ),
  owners: list(shape({ owner: text, fingerprint: text, host: text, seen: number })),
  pending: list(shape({ owner: text, id: text, since: number, deadline: number, seconds_left: number })),
  applies: list(
    shape(
      {
        id: text,
        owner: text,
        at: number,
        user: text,
        host: text,
        outcome: { enum: ['pending', 'confirmed', 'kept', 'rolled_back', 'expired', 'restored', 'rebooted'] },
        summary: text,
        revision_before: text,
        revision_after: text,
        notes: list(text),
        reason: text,
        left: list(complaint),
        peer: {},
      },
      ['reason', 'left', 'peer'],
    ),
  ),
  dhcpd_health: shape({ expected: flag, running: flag, pid: { type: ['integer', 'null'] } }),
});
