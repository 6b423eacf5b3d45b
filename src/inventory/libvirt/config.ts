/** `libvirt:` as it was checked; `path` is absolute, or `-`. */
export interface LibvirtConfig {
  readonly path: string;
  readonly complete: boolean;
}
