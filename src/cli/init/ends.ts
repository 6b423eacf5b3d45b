import type { NewConfig } from '../../config/render.js';
import type { SourceConfig, TargetConfig } from '../../config/types.js';

/** Where instances come from: as it is connected to now, and as slash32.yaml will say it. */
export interface SourceEnd {
  readonly config: SourceConfig;
  readonly yaml: NewConfig['incus'];
}

/** The firewall, likewise. */
export interface TargetEnd {
  readonly config: TargetConfig;
  readonly yaml: NewConfig['opnsense'];
}
