import type { FindingOf } from '../findings/catalogue.js';
import { formatDescription, type Marker } from '../model/marker.js';

/** What every firewall takes, in bytes of UTF-8. */
const LONGEST = 255;
/** Control characters, what turns writing round or is not seen, halves of characters, blanks of every kind. */
const NOT_PLAIN = /[\s\p{Cc}\p{Cf}\p{Cs}\ufffe\uffff]+/gu;

/** The description of an owned reservation: `text` as far as there is room for it beside the marker. */
export function reservationDescription(text: string, marker: Marker): string {
  return formatDescription(fitting(text, marker), marker);
}

/** An instance's name as people read it on the firewall. Who it is says the marker, which takes any name. */
export function plainName(name: string): string {
  return name.replace(NOT_PLAIN, ' ').trim();
}

/** Whether a text before a marker is the name that slash32 wrote there, and no words of a person. */
export function isOwnText(text: string, marker: Marker): boolean {
  return text === '' || text === marker.instance || text === fitting(plainName(marker.instance), marker);
}

/** What speaks against a description: one firewall would refuse it, and all that is sent with it. */
export function descriptionObjection(description: string): FindingOf<'left-out'> | undefined {
  const length = Buffer.byteLength(description);
  if (length <= LONGEST) return undefined;
  const message = `Project, instance and NIC have names that are too long to note on the firewall whose reservation it is (${length} bytes of ${LONGEST}); rename one of them.`;
  return { code: 'bad-hostname', message };
}

function fitting(text: string, marker: Marker): string {
  const room = LONGEST - Buffer.byteLength(formatDescription('', marker)) - 1;
  let used = 0;
  let kept = '';
  for (const char of text) {
    used += Buffer.byteLength(char);
    if (used > room) return kept.trimEnd();
    kept += char;
  }
  return text;
}
