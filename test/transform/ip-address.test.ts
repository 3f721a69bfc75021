import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeIp } from '../../src/transform/ip-address.ts';

describe('describeIp', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7', 4, '203.0.113.0/24', 'documentation'],
    ['192.0.2.1', '192.0.2.1', 4, '192.0.2.0/24', 'documentation'],
    ['198.51.100.255', '198.51.100.255', 4, '198.51.100.0/24', 'documentation'],
    [' 8.8.8.8 ', '8.8.8.8', 4, '8.8.8.0/24', 'public'],
    ['10.1.2.3', '10.1.2.3', 4, '10.1.2.0/24', 'private'],
    ['172.31.0.1', '172.31.0.1', 4, '172.31.0.0/24', 'private'],
    ['172.32.0.1', '172.32.0.1', 4, '172.32.0.0/24', 'public'],
    ['192.168.1.1', '192.168.1.1', 4, '192.168.1.0/24', 'private'],
    ['127.0.0.1', '127.0.0.1', 4, '127.0.0.0/24', 'loopback'],
    ['169.254.1.1', '169.254.1.1', 4, '169.254.1.0/24', 'link_local'],
    ['100.64.0.1', '100.64.0.1', 4, '100.64.0.0/24', 'cgnat'],
    ['0.0.0.0', '0.0.0.0', 4, '0.0.0.0/24', 'reserved'],
    ['255.255.255.255', '255.255.255.255', 4, '255.255.255.0/24', 'reserved'],
    ['224.0.0.1', '224.0.0.1', 4, '224.0.0.0/24', 'reserved'],
    ['198.18.0.1', '198.18.0.1', 4, '198.18.0.0/24', 'reserved'],
    ['2001:DB8:1:2:0:0:0:1', '2001:db8:1:2::1', 6, '2001:db8:1:2::/64', 'documentation'],
    ['2001:0db8::0001', '2001:db8::1', 6, '2001:db8::/64', 'documentation'],
    ['3fff:fff::1', '3fff:fff::1', 6, '3fff:fff::/64', 'documentation'],
    ['3fff:1000::1', '3fff:1000::1', 6, '3fff:1000::/64', 'public'],
    ['2607:f8b0:4001:c00:0:0:0:0', '2607:f8b0:4001:c00::', 6, '2607:f8b0:4001:c00::/64', 'public'],
    ['::1', '::1', 6, '::/64', 'loopback'],
    ['::', '::', 6, '::/64', 'reserved'],
    ['fe80::1', 'fe80::1', 6, 'fe80::/64', 'link_local'],
    ['fd00::1', 'fd00::1', 6, 'fd00::/64', 'private'],
    ['ff02::1', 'ff02::1', 6, 'ff02::/64', 'reserved'],
    ['64:ff9b::808:808', '64:ff9b::808:808', 6, '64:ff9b::/64', 'reserved'],
    ['fec0::1', 'fec0::1', 6, 'fec0::/64', 'reserved'],
    ['2002:808:808::1', '2002:808:808::1', 6, '2002:808:808::/64', 'public'],
    ['2001::1', '2001::1', 6, '2001::/64', 'public'],
    ['::ffff:8.8.8.8', '8.8.8.8', 4, '8.8.8.0/24', 'public'],
    ['::FFFF:808:808', '8.8.8.8', 4, '8.8.8.0/24', 'public'],
    ['0:0:0:0:0:ffff:8.8.8.8', '8.8.8.8', 4, '8.8.8.0/24', 'public'],
    ['::ffff:10.0.0.1', '10.0.0.1', 4, '10.0.0.0/24', 'private'],
    ['0000:0000:0000:0000:0000:FFFF:203.100.113.111', '203.100.113.111', 4, '203.100.113.0/24', 'public'],
    ['::8.8.8.8', '::808:808', 6, '::/64', 'reserved'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3', 6, '1:0:0:2::/64', 'reserved'],
  ])('%j is %s', (text, canonical, version, network, scope) => {
    expect(describeIp(text)).toEqual({ canonical, version, network, scope });
  });

  it.each([
    '',
    'X.X.X.X',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.04',
    '0x7f.0.0.1',
    '2130706433',
    '0177.0.0.1',
    '127.1',
    '1.2.3.4/24',
    '1.2.3.4.',
    '1.2.3.4:25',
    '2001:db8::1/64',
    'fe80::1%eth0',
    '1::2::3',
    ':::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '2001:db8::12345',
    '[fe80::1%eth0]',
    '[1.2.3.4/24]',
    '1.2.3.4/24 (host.example)',
    '127.1 (host.example)',
    '[01.2.3.4]',
    '[[::1]]',
    '[::1',
    '::1]',
    '[::1] [::1]',
    '1.2.3.4 host.example',
    '1.2.3.4 (a) (b)',
    '(host.example) 1.2.3.4',
    '(1.2.3.4)',
    '[]',
    '1.2.3.4 (',
    `1.2.3.4${' ('.repeat(1e5)}`,
    '::ffff:1.2.3',
    '::ffff:01.2.3.4',
    '::ffff:1.2.3.0x4',
    '1:2:3:4:5:6:7:1.2.3.4',
    ':',
    '1:',
    ':1',
    "'; DROP TABLE report_records; --",
    '\u0000',
    '１.２.３.４',
    'localhost',
    '1'.repeat(1e6),
    ':'.repeat(1e6),
  ])('%j is no address', (text) => {
    expect(describeIp(text)).toEqual({ canonical: text, version: null, network: null, scope: 'invalid' });
  });

  it.each([
    ['54.240.8.61 (host.example)', '54.240.8.61'],
    ['54.240.8.61(host.example)', '54.240.8.61'],
    ['54.240.8.61 ()', '54.240.8.61'],
    [' 54.240.8.61\r\n\t(two words) ', '54.240.8.61'],
    ['54.240.8.61\u200b', '54.240.8.61'],
    ['[192.0.2.1]', '192.0.2.1'],
    ['[2001:DB8::2]', '2001:db8::2'],
    ['[2001:db8:0::2] (host.example)', '2001:db8::2'],
    ['2001:db8::2 (host.example)', '2001:db8::2'],
    ['[::ffff:192.0.2.1]', '192.0.2.1'],
  ])('reads the address of %j', (text, address) => {
    expect(describeIp(text)).toEqual(describeIp(address));
    expect(describeIp(text).canonical).toBe(address);
  });

  it('tidies what is no address', () => {
    expect(describeIp(' none\u00a0at  all\n').canonical).toBe('none at all');
  });
});

/** Eight groups of an address, zeros more often than chance has them. */
const groups = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), {
  minLength: 8,
  maxLength: 8,
});

/** Ways to write the same groups. */
function spellings(parts: readonly number[]): string[] {
  const plain = parts.map((part) => part.toString(16));
  const tail = parts.slice(6).flatMap((part) => [part >> 8, part & 0xff]);
  const shortened = plain.flatMap((part, at) =>
    part === '0' ? [`${plain.slice(0, at).join(':')}::${plain.slice(at + 1).join(':')}`] : [],
  );
  return [
    plain.join(':'),
    plain.join(':').toUpperCase(),
    plain.map((part) => part.padStart(4, '0')).join(':'),
    `${plain.slice(0, 6).join(':')}:${tail.join('.')}`,
    ...shortened,
  ];
}

describe('canonical addresses', () => {
  it('are the same for every spelling', () => {
    fc.assert(
      fc.property(groups, (parts) => {
        const [first, ...others] = spellings(parts).map(describeIp);
        expect(first?.version).not.toBeNull();
        for (const other of others) expect(other).toEqual(first);
      }),
    );
  });

  it('of mapped addresses are those of IPv4', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        expect(describeIp(address).version).toBe(4);
        for (const prefix of ['::ffff:', '::FFFF:', '0:0:0:0:0:ffff:']) {
          expect(describeIp(`${prefix}${address}`)).toEqual(describeIp(address));
        }
      }),
    );
  });

  it('are canonical', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV6(), fc.ipV4(), fc.string({ unit: 'binary' })), (text) => {
        const description = describeIp(text);
        expect(describeIp(description.canonical)).toEqual(description);
      }),
    );
  });
});
