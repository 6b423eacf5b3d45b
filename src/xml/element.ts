/** One element of an XML document, with the exact place it has in its source. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Its own text and CDATA, entities decoded, line ends as LF (XML 1.0 §2.11); children's text is not part of it. */
  readonly text: string;
  /** Where the element starts and ends in the source. */
  readonly start: number;
  readonly end: number;
  /** Where its content starts and ends; equal when it is self-closing. */
  readonly innerStart: number;
  readonly innerEnd: number;
  readonly selfClosing: boolean;
  /** Whether `word`, in which no markup stands, may be in a text inside, without reading that: only a `false` is sure. */
  mayHold(word: string): boolean;
}

/** The first child of that name, or undefined. */
export function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((candidate) => candidate.name === name);
}

/** All children of that name, in order. */
export function childrenNamed(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  return element?.children.filter((candidate) => candidate.name === name) ?? [];
}

/** The text of the first child of that name, without blanks around it; empty when there is no such child. */
export function textOf(element: XmlElement | undefined, name: string): string {
  return child(element, name)?.text.trim() ?? '';
}
