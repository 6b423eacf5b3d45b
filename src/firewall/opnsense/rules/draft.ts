import type { Detour, Handover, RuleAction, RuleDirection, RuleOrigin } from '../../../model/rules.js';

/** What every entry says, in the words of OPNsense. */
interface EntryDraft {
  readonly id: string;
  readonly origin: RuleOrigin;
  readonly enabled: boolean;
  /** Interface keys and interface group names. */
  readonly interfaces: readonly string[];
  /** Empty: no family named, so both. */
  readonly family: '' | 'inet' | 'inet6' | 'inet46';
  /** As written, for example `TCP/UDP`; empty or `any` for every protocol. */
  readonly protocol: string;
  readonly source: EndpointDraft;
  readonly destination: EndpointDraft;
  readonly description: string;
  readonly unknowns: readonly string[];
  /** Where it stands in the source. */
  readonly offset?: number | undefined;
}

/**
 * A filter rule with the words of OPNsense, not yet resolved: what config.xml and the API say in their several ways, in one
 * shape. Lists are comma-separated text, as OPNsense has them.
 */
export interface RuleDraft extends EntryDraft {
  /** Order class, see order.ts. */
  readonly priority: number;
  readonly quick: boolean;
  readonly action: RuleAction;
  readonly direction: RuleDirection;
  readonly interfacesNot: boolean;
  readonly icmpTypes: string;
  readonly icmp6Types: string;
  /** `S/SA`, `any`, or empty for the default. */
  readonly tcpFlags: string;
  readonly log: boolean;
  /** `none` means without state; anything else keeps one. */
  readonly stateType: string;
  readonly sentTo?: Detour | undefined;
  readonly answersTo?: Detour | undefined;
  readonly handedTo?: Handover | undefined;
  /** Whether packets with IP options fit. */
  readonly options?: boolean | undefined;
  /** The operating system of the sender that it asks for. */
  readonly os?: string | undefined;
  /** Ports are written to pf whatever the protocol is. */
  readonly bluntPorts?: boolean | undefined;
}

/** One end of a rule, as OPNsense writes it. */
export interface EndpointDraft {
  /** `any`, `(self)`, `opt1`, `opt1ip`, an alias, an address or network; several with commas; empty means any. */
  readonly net: string;
  readonly not: boolean;
  readonly port: string;
}

/** A redirect with the words of OPNsense. */
export interface RedirectDraft extends EntryDraft {
  readonly exempt: boolean;
  readonly target: string;
  readonly targetPort: string;
  /** Its number among redirects; undefined for those without. */
  readonly sequence?: number | undefined;
  /** `pass`: passes without a rule; `rule`: brings a rule of its own; empty: needs one. */
  readonly association: string;
  /** `enable` or `purenat`: also on interfaces inside; `disable`; empty: as the system says. */
  readonly reflection: string;
  readonly log: boolean;
  /** Target and destination are networks of one size, and an address keeps its place in them. */
  readonly keepsHost?: boolean | undefined;
}

/** A source NAT with the words of OPNsense, on one interface. */
export interface TranslationDraft extends EntryDraft {
  readonly exempt: boolean;
  /** An address, a network, an alias, `lanip`; several addresses with commas; empty: the interface's own first address. */
  readonly target: string;
  readonly keepsHost: boolean;
  readonly keepsPort: boolean;
}

/** A draft of an automatic rule: passes in, quick, both families, any to any, unless `over` says otherwise. */
export function automaticDraft(over: Partial<RuleDraft> & Pick<RuleDraft, 'id' | 'description'>): RuleDraft {
  return {
    origin: 'automatic',
    priority: 1,
    enabled: true,
    quick: true,
    action: 'pass',
    direction: 'in',
    interfaces: [],
    interfacesNot: false,
    family: '',
    protocol: '',
    source: anyEnd(),
    destination: anyEnd(),
    icmpTypes: '',
    icmp6Types: '',
    tcpFlags: '',
    log: true,
    stateType: 'keep',
    unknowns: [],
    ...over,
  };
}

/** An end that is anything, or the given place and port. */
export function anyEnd(net = 'any', port = ''): EndpointDraft {
  return { net, not: false, port };
}
