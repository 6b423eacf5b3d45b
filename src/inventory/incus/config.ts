/** `incus:` of slash32.yaml as it was checked. Paths are absolute. */
export type IncusConfig = IncusServerConfig | IncusFileConfig;

/** A live server. */
export type IncusServerConfig =
  | { readonly via: 'socket'; readonly path: string; readonly projects: readonly string[] | undefined }
  | {
      readonly via: 'https';
      /** An origin, without a slash at the end. */
      readonly url: string;
      readonly certFile: string;
      /** An absolute path, `credential:NAME` or `env:NAME`. */
      readonly keyFile: string;
      /** SHA-256 of the server's certificate in DER, 64 lower-case hexadecimal digits. */
      readonly fingerprint: string;
      readonly projects: readonly string[] | undefined;
    };

/** What a server printed. */
export interface IncusFileConfig {
  readonly via: 'file';
  /** `-` is standard input. */
  readonly path: string;
  /** Whether its writer vouches that it holds every instance of every project. */
  readonly complete: boolean;
}

/** `incus:` as written, after validation; which keys are there depends on the way. */
export interface RawIncus {
  readonly socket?: string;
  readonly url?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly fingerprint?: string;
  readonly projects?: readonly string[];
  readonly file?: string;
  readonly complete?: boolean;
}
