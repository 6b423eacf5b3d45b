import { request } from 'node:http';

/** What `incus list --all-projects --format json` prints: every instance with its state, here over a socket. */
export function fetchInstances(socketPath: string): Promise<string> {
  const path = '/1.0/instances?recursion=2&all-projects=true';
  return new Promise((resolve, reject) => {
    const call = request({ socketPath, path }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        const answer: { metadata?: unknown } = JSON.parse(Buffer.concat(parts).toString('utf8'));
        resolve(JSON.stringify(answer.metadata));
      });
    });
    call.on('error', reject).end();
  });
}
