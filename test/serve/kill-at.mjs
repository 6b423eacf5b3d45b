// Preloaded into `slash32 serve` (node --import): ends the process with SIGKILL at the KILL_AT-th step that anything outside
// of it could notice (a request that goes out, an answer that came in, a change on the disk). Every step is named in KILL_TRACE.
import { subscribe } from 'node:diagnostics_channel';
import fs from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

const at = Number(process.env.KILL_AT ?? 0);
const trace = fs.openSync(process.env.KILL_TRACE ?? '/dev/null', 'a');
const writeTrace = fs.writeSync;
let count = 0;

function step(name) {
  count += 1;
  writeTrace(trace, `${count} ${name}\n`);
  if (count === at) process.kill(process.pid, 'SIGKILL');
}

subscribe('http.client.request.start', ({ request }) => step(`send ${request.method} ${request.path}`));
subscribe('http.client.response.finish', ({ request }) => step(`got ${request.method} ${request.path}`));

for (const name of ['rename', 'link', 'unlink', 'rm', 'mkdir', 'appendFile', 'truncate']) {
  const original = promises[name];
  promises[name] = (...args) => {
    step(`${name} ${args[0]}`);
    return original(...args);
  };
}

const handle = await promises.open(process.execPath, 'r');
const prototype = Object.getPrototypeOf(handle);
await handle.close();
for (const name of ['sync', 'datasync', 'writeFile', 'write', 'appendFile', 'truncate']) {
  const original = prototype[name];
  prototype[name] = function (...args) {
    step(name);
    return original.apply(this, args);
  };
}
syncBuiltinESMExports();
