import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { fileURLToPath } from 'node:url';

const FOLDER = new URL('../fixtures/opnsense/recordings/', import.meta.url);

/** One exchange with the real OPNsense 26.7.2. */
export interface Recording {
  readonly name: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly user: string | null;
    readonly content_type: string | null;
    readonly body: unknown;
  };
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly response: unknown;
}

/** The recordings whose names start so, in order. */
export function recordings(...starts: readonly string[]): Recording[] {
  return readdirSync(fileURLToPath(FOLDER))
    .filter((file) => starts.some((start) => file.startsWith(start)))
    .sort()
    .map((file) => JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Recording);
}

/** The text of another file beside the recordings. */
export function readFixture(name: string): string {
  return readFileSync(new URL(name, FOLDER), 'utf8');
}

/** The recording of that name. */
export function recording(name: string): Recording {
  const [found] = recordings(`${name}.json`);
  if (found === undefined) throw new RangeError(`no recording ${name}`);
  return found;
}

/** An answer as it came, nothing interpreted. */
export interface PlainAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** Sends a recorded request to another server, byte for byte. */
export function replay(base: string, exchange: Recording, authorization: string | undefined): Promise<PlainAnswer> {
  const { method, path, content_type: type, body } = exchange.request;
  const text = body === null ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  const headers: Record<string, string> = {};
  if (authorization !== undefined) headers.authorization = authorization;
  if (type !== null) headers['content-type'] = type;
  if (text !== undefined) headers['content-length'] = String(Buffer.byteLength(text));
  return new Promise((resolve, reject) => {
    const call = request(new URL(path, base), { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers as Record<string, string | undefined>,
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    call.on('error', reject);
    call.end(text);
  });
}
