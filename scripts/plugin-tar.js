/**
 * Writes a tar archive in the ustar format, with nothing in it that depends on the machine: owner root:wheel, and times
 * that the caller gives. Entries keep their order.
 *
 * @param {{ path: string, mode: number, time: number, data: Buffer }[]} entries
 * @returns {Buffer}
 */
export function writeTar(entries) {
  const parts = entries.flatMap((entry) => [createHeader(entry), entry.data, createPadding(entry.data.length)]);
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

function createPadding(length) {
  return Buffer.alloc((512 - (length % 512)) % 512);
}

function createHeader({ path, mode, time, data }) {
  const header = Buffer.alloc(512);
  const [prefix, name] = splitPath(path);
  header.write(name, 0, 'utf8');
  header.write(octal(mode, 7), 100);
  header.write(octal(0, 7), 108);
  header.write(octal(0, 7), 116);
  header.write(octal(data.length, 11), 124);
  header.write(octal(time, 11), 136);
  header.write('        ', 148);
  header.write('0', 156);
  header.write('ustar\u000000', 257);
  header.write('root', 265);
  header.write('wheel', 297);
  header.write(octal(0, 7), 329);
  header.write(octal(0, 7), 337);
  header.write(prefix, 345, 'utf8');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 6)}\u0000 `, 148);
  return header;
}

function octal(number, digits) {
  return number.toString(8).padStart(digits, '0');
}

/** ustar has 100 bytes for the name and 155 for the folders before it. */
function splitPath(path) {
  if (Buffer.byteLength(path) <= 100) return ['', path];
  for (let cut = path.indexOf('/', 1); cut !== -1; cut = path.indexOf('/', cut + 1)) {
    const parts = [path.slice(0, cut), path.slice(cut + 1)];
    if (Buffer.byteLength(parts[1]) <= 100 && Buffer.byteLength(parts[0]) <= 155) return parts;
  }
  throw new Error(`${path}: too long for a tar archive`);
}
