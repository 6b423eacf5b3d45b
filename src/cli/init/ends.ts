import type { NewConfig } from '../../config/render.js';
import type { TargetConfig } from '../../config/types.js';
import type { ConfiguredSource } from '../../inventory/source-kind.js';

/** Where instances come from: as it is connected to now, and as slash32.yaml will say it. */
export interface SourceEnd {
  readonly source: ConfiguredSource;
  readonly yaml: NewConfig['source'];
}

/** The firewall, likewise. */
export interface TargetEnd {
  readonly config: TargetConfig;
  readonly yaml: NewConfig['opnsense'];
}
