import fc from 'fast-check';

/** A network device that stands on a bridge, whatever the source. */
export interface MachineNic {
  /** Where it is plugged in: it keeps this when its neighbours go. */
  readonly slot: number;
  readonly mac: string | undefined;
  readonly network: string;
  readonly isolated: boolean;
}

/** An instance, whatever the source. */
export interface Machine {
  /** Of sources without projects the one that every instance is in. */
  readonly project: string;
  readonly name: string;
  readonly uuid: string;
  readonly isRunning: boolean;
  readonly nics: readonly MachineNic[];
  readonly tags?: string;
  readonly pin?: string;
}

/** One NIC, some of it replaced. */
export function nic(slot: number, fields: Partial<MachineNic> = {}): MachineNic {
  return { slot, mac: macOf(slot), network: 'servers', isolated: true, ...fields };
}

/** One instance, some of it replaced. */
export function machine(name: string, fields: Partial<Machine> = {}): Machine {
  const digits = Buffer.from(name).toString('hex').padEnd(12, '0').slice(0, 12);
  const uuid = `${digits.slice(0, 8)}-2222-4333-8444-${digits}`;
  return { project: 'default', name, uuid, isRunning: true, nics: [nic(1)], ...fields };
}

function macOf(number: number): string {
  return `52:54:00:00:00:${number.toString(16).padStart(2, '0')}`;
}

/** Instances with names and MACs of their own. */
export const MACHINES: fc.Arbitrary<Machine[]> = fc
  .uniqueArray(fc.stringMatching(/^[a-z][a-z0-9-]{0,8}[a-z0-9]$/), { maxLength: 6 })
  .chain((names) => fc.tuple(...names.map((name) => someMachine(name))))
  .map((machines) => machines.map((one, index) => ({ ...one, nics: one.nics.map((own) => withMac(own, index)) })));

function withMac(own: MachineNic, index: number): MachineNic {
  return { ...own, mac: macOf(16 * (index + 1) + own.slot) };
}

function someMachine(name: string): fc.Arbitrary<Machine> {
  const slots = fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { maxLength: 4 });
  const networks = fc.constantFrom('servers', 'dmz');
  return fc
    .record({ slots, network: networks, isolated: fc.boolean(), isRunning: fc.boolean() })
    .map(({ slots: used, network, isolated, isRunning }) =>
      machine(name, { isRunning, nics: used.map((slot) => nic(slot, { network, isolated })) }),
    );
}
