/** A text that gives a secret away. */
export interface Needle {
  readonly text: string;
  /** Whether the character before it, and the one behind it, are made of the secret too: Base64 shares them with the neighbours. */
  readonly sharesBefore: boolean;
  readonly sharesBehind: boolean;
}

/** Both alphabets; `=` fills up the end. */
const BASE64 = /[A-Za-z0-9+/_-]/;

/**
 * What a secret looks like as it is, in hexadecimal, and in Base64 (RFC 4648 §4 and §5) of a longer text, where it may begin at
 * each of three places of a group.
 */
export function needlesOf(secret: string): Needle[] {
  const bytes = Buffer.from(secret, 'utf8');
  const hex = bytes.toString('hex');
  return [secret, hex, hex.toUpperCase()]
    .map((text): Needle => ({ text, sharesBefore: false, sharesBehind: false }))
    .concat([0, 1, 2].flatMap((offset) => base64At(bytes, offset)));
}

/** From where to where a text is made of the secret whose needle stands `at` that place. */
export function spanOf(text: string, needle: Needle, at: number): readonly [number, number] {
  const end = at + needle.text.length;
  const before = needle.sharesBefore && BASE64.test(text.charAt(at - 1)) ? 1 : 0;
  return [at - before, needle.sharesBehind ? endOfGroup(text, end) : end];
}

function endOfGroup(text: string, place: number): number {
  let end = BASE64.test(text.charAt(place)) ? place + 1 : place;
  while (text.charAt(end) === '=' && end < place + 3) end += 1;
  return end;
}

/** The characters that the bytes give for certain when they begin at that place of a group of three. */
function base64At(bytes: Buffer, offset: number): Needle[] {
  const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
  const bits = (offset + bytes.length) * 8;
  const text = encoded.slice(Math.ceil((offset * 8) / 6), Math.floor(bits / 6));
  const shared = { sharesBefore: offset !== 0, sharesBehind: bits % 6 !== 0 };
  return [
    { text, ...shared },
    { text: text.replaceAll('+', '-').replaceAll('/', '_'), ...shared },
  ];
}
