import type { Places } from '../../../model/firewall.js';
import type { Edit } from '../../../xml/splice.js';
import type { Slot } from './slots.js';

/** Children of an interface while they are edited: the list itself, and edits inside kept ones. */
export interface Working {
  readonly source: string;
  /** The interface. */
  readonly id: string;
  /** What comes back in a place that becomes empty. */
  readonly places: Places;
  slots: Slot[];
  readonly edits: Edit[];
}
