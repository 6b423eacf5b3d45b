/** What OPNsense's own parser refuses: what it is, what to replace in the real file by what, and where it is wrong then. */
export const UNREADABLE: readonly (readonly [what: string, before: string, after: string, place: string])[] = [
  ['has a double hyphen in a comment', '<hostname>OPNsense', '<!-- a -- b --><hostname>OPNsense', '6:12'],
  ['has an attribute twice', '<hostname>', '<hostname a="1" a="2">', '6:21'],
  ['has the character 0 by its number', 'OPNsense</hostname>', 'OPN&#0;sense</hostname>', '6:18'],
  ['has the end of a CDATA section in a text', 'OPNsense</hostname>', 'OPN]]>sense</hostname>', '6:18'],
  ['begins with a blank', '<?xml ', ' <?xml ', '1:2'],
  ['has two declarations', '<?xml version="1.0"?>', '<?xml version="1.0"?>\n<?xml version="1.0"?>', '2:1'],
  ['has two byte order marks', '<?xml ', '\ufeff\ufeff<?xml ', '1:1'],
];
