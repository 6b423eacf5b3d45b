/** A rule of the older format that lets everything out of a segment. */
export function open(interfaceId: string): string {
  return `<rule><type>pass</type><interface>${interfaceId}</interface><ipprotocol>inet46</ipprotocol><source><any>1</any></source><destination><any>1</any></destination></rule>`;
}

/** A rule of the model: quick pass in, IPv4, any to any, with other values given last. `number` names and orders it. */
export function rule(number: number, fields: Readonly<Record<string, string>>): string {
  const all = {
    enabled: '1',
    sequence: String(number),
    action: 'pass',
    quick: '1',
    direction: 'in',
    ipprotocol: 'inet',
    protocol: 'any',
    source_net: 'any',
    destination_net: 'any',
    statetype: 'keep',
    description: `foreign ${number}`,
    ...fields,
  };
  const tags = Object.entries(all).map(([name, value]) => `<${name}>${value}</${name}>`);
  return `<rule uuid="10000000-0000-4000-8000-${String(number).padStart(12, '0')}">${tags.join('')}</rule>`;
}

/** An alias; `content` has one entry a line. */
export function alias(name: string, type: string, content: string): string {
  return `<alias uuid="20000000-0000-4000-8000-${Buffer.from(name).toString('hex').padEnd(12, '0').slice(0, 12)}"><enabled>1</enabled><name>${name}</name><type>${type}</type><content>${content}</content></alias>`;
}

/** A port forward on wan to 10.10.2.11, port 443, with other values given last. */
export function forward(number: number, fields: Readonly<Record<string, string>>, destination: string): string {
  const all = {
    sequence: String(number),
    interface: 'wan',
    ipprotocol: 'inet',
    protocol: 'tcp',
    target: '10.10.2.11',
    'local-port': '443',
    descr: `foreign forward ${number}`,
    natreflection: 'disable',
    ...fields,
  };
  const tags = Object.entries(all).map(([name, value]) => `<${name}>${value}</${name}>`);
  return `<rule uuid="30000000-0000-4000-8000-${String(number).padStart(12, '0')}">${tags.join('')}<source><any>1</any></source><destination>${destination}</destination></rule>`;
}

/** The firewall's own address on wan, at a port, as a destination of a port forward. */
export function toWan(port: string): string {
  return `<network>wanip</network><port>${port}</port>`;
}
