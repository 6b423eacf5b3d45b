import { describe, expect, it } from 'vitest';
import { similarNames } from '../../src/model/similar.js';

const NAMES = ['web', 'default/web', 'edge/web', 'default/proxy', 'default/proxy/eth0', 'default/postgres', 'shop/db'];

describe('what a name could mean', () => {
  it.each<[string, string[]]>([
    ['defualt/web', ['default/web', 'edge/web', 'web']],
    ['proxi', ['default/proxy']],
    ['default/proxi', ['default/proxy']],
    ['default/proxy/eth1', ['default/proxy/eth0']],
    ['Shop/DB', ['shop/db']],
    ['postgrse', ['default/postgres']],
    ['kubernetes', []],
    ['', []],
    ['x'.repeat(10_000), []],
  ])('%s', (word, expected) => {
    expect(similarNames(word, NAMES)).toEqual(expected);
  });

  it('is at most as many as are wanted', () => {
    expect(similarNames('web1', ['web2', 'web3', 'web4'], 2)).toHaveLength(2);
  });
});
