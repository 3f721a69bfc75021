import { expect, it } from 'vitest';
import { readAggregatedReport } from '../../src/client/rows.ts';
import { ConfigurationError } from '../../src/errors.ts';
import { readAddresses, spellingsIn } from '../../src/manage/read-addresses.ts';

it.each([
  [['192.0.2.1'], ['192.0.2.1']],
  [[' 192.0.2.1 '], ['192.0.2.1']],
  [['2001:DB8:0:0::1'], ['2001:db8::1']],
  [['::ffff:192.0.2.1'], ['192.0.2.1']],
  [
    ['2001:db8::1', '192.0.2.1', '2001:DB8::1'],
    ['2001:db8::1', '192.0.2.1'],
  ],
])('%j is %j', (words, addresses) => {
  expect(readAddresses(words)).toEqual(addresses);
});

it('names every word that is no address', () => {
  const read = () =>
    readAddresses(['192.0.2.1', '192.0.2.256', 'example.org', '10.0.0.0/8', 'fe80::1%eth0', '']);
  expect(read).toThrow(ConfigurationError);
  expect(read).toThrow('"192.0.2.256", "example.org", "10.0.0.0/8", "fe80::1%eth0", "" are no IP addresses');
  expect(() => readAddresses(['1.2.3'])).toThrow('"1.2.3" is no IP address');
});

it('finds the spellings of a report', async () => {
  async function* report() {
    for (const ip_address of ['2001:DB8::1', '192.0.2.1', null, ''])
      yield readAggregatedReport({ ip_address });
  }
  expect([...(await spellingsIn(report()))]).toEqual([
    ['2001:db8::1', '2001:DB8::1'],
    ['192.0.2.1', '192.0.2.1'],
    ['', ''],
  ]);
});
