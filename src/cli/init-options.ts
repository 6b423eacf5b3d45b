/** Options of `slash32 init`. */
export interface InitOptions {
  readonly out: string;
  readonly overwrite?: boolean;
  readonly owner: string;
  readonly socket?: string;
  readonly incusUrl?: string;
  readonly incusToken?: string;
  readonly incusCert?: string;
  readonly incusKey?: string;
  readonly incusFingerprint?: string;
  readonly projects?: readonly string[];
  readonly inventory?: string;
  readonly opnsenseUrl?: string;
  readonly keyFile?: string;
  readonly caFile?: string;
  readonly fingerprint?: string;
  readonly configXml?: string;
  readonly pair?: readonly string[];
  readonly protect?: readonly string[];
}
