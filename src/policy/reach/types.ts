/** Somebody whose reach is asked for: one address of an instance, the internet, or the firewall. */
export type ReachEnd =
  | { readonly kind: 'host'; readonly name: string; readonly address: string; readonly segment: string }
  | { readonly kind: 'internet' }
  | { readonly kind: 'firewall' };

/** Ends that no rule tells apart. */
export interface ReachNode {
  /** `edge/proxy`, `4 of servers: default/web1, …`, `internet`, `firewall`. */
  readonly label: string;
  /** One at least; those of a node are of one segment. */
  readonly ends: readonly ReachEnd[];
}

/** What may pass, as people write it: `tcp/5432`, `udp/8000-8100`, `icmp`, `any`. */
export type Service = string;

/** What passes from each of some ends to each of some others; `perhaps` depends on what is not known. */
export interface ReachRow {
  readonly from: ReachNode;
  readonly to: ReachNode;
  readonly passes: readonly Service[];
  readonly perhaps: readonly Service[];
  /** Ids of the rules that let it pass, in no order. */
  readonly by: readonly string[];
}
