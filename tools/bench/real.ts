import { parseAddress } from '../../src/model/address.js';
import { runOneByOne } from './bulk.js';

const COUNT = 500;
/** Applies of one that are really made; the rest is counted up. */
const SINGLES = 25;

const OPTIONS = {
  '--opnsense': 'SLASH32_BENCH_OPNSENSE',
  '--key-file': 'SLASH32_BENCH_KEY_FILE',
  '--interface': 'SLASH32_BENCH_INTERFACE',
  '--first': 'SLASH32_BENCH_FIRST',
} as const;

/**
 * The row for a real OPNsense with os-slash32, by `--opnsense URL --key-file FILE --interface ID --first ADDRESS` or the
 * variables of `OPTIONS`: 500 reservations of an owner `bench` are written there and taken away again. Without these it
 * says so. A certificate of one's own is named by Node's NODE_EXTRA_CA_CERTS.
 */
export async function realRow(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const given = (option: keyof typeof OPTIONS): string | undefined =>
    argv.includes(option) ? argv[argv.indexOf(option) + 1] : env[OPTIONS[option]];
  const [url, keyFile, id] = [given('--opnsense'), given('--key-file'), given('--interface')];
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
