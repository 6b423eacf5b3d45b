import { parseAddress } from '../model/address.js';
import { runOneByOne } from './bulk.js';

const COUNT = 500;
/** Applies of one that are really made; the rest is counted up. */
const SINGLES = 25;

/**
 * The row for a real OPNsense with os-slash32, by `--opnsense URL --key-file FILE --interface ID --first ADDRESS`: 500
 * reservations of an owner `bench` are written there and taken away again. Without these options it says so.
 */
export async function realRow(argv: readonly string[]): Promise<string> {
  const option = (name: string): string | undefined => argv[argv.indexOf(name) + 1];
  const given = (name: string): string | undefined => (argv.includes(name) ? option(name) : undefined);
  const [url, keyFile, id] = ['--opnsense', '--key-file', '--interface'].map(given);
  const firstAddress = parseAddress(given('--first') ?? '');
  if (url === undefined || keyFile === undefined || id === undefined || firstAddress === undefined)
    return 'Real OPNsense: skipped; give --opnsense URL --key-file FILE --interface ID --first ADDRESS of a firewall with os-slash32.';
  const { together, each } = await runOneByOne({ url, keyFile, interface: id, firstAddress }, COUNT, SINGLES);
  const ratio = (each * COUNT) / together;
  return (
    `Real OPNsense: one apply of ${COUNT} reservations ${Math.round(together)} ms; ${COUNT} applies of one ` +
    `${Math.round((each * COUNT) / 1000)} s (${SINGLES} made, counted up): ${ratio.toFixed(0)} times; to reach: 30 times.`
  );
}
