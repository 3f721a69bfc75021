import type { IpNumber } from './ip.ts';

/** A prefix: the leading `length` bits of `bits`. */
interface Prefix {
  readonly scope: string;
  readonly bits: bigint;
  readonly length: number;
}

function v4(scope: string, a: number, b: number, c: number, length: number): Prefix {
  return { scope, bits: BigInt(a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8), length };
}

/** A prefix by its leading groups, in hexadecimal. */
function v6(scope: string, groups: readonly number[], length: number): Prefix {
  const padded = Array.from({ length: 8 }, (_, i) => BigInt(groups[i] ?? 0));
  return { scope, bits: padded.reduce((bits, group) => (bits << 16n) | group, 0n), length };
}

/** The first prefix that covers an address decides; documentation stands before reserved. What none covers is public. */
const V4_PREFIXES: readonly Prefix[] = [
  v4('documentation', 192, 0, 2, 24),
  v4('documentation', 198, 51, 100, 24),
  v4('documentation', 203, 0, 113, 24),
  v4('private', 10, 0, 0, 8),
  v4('private', 172, 16, 0, 12),
  v4('private', 192, 168, 0, 16),
  v4('loopback', 127, 0, 0, 8),
  v4('link_local', 169, 254, 0, 16),
  v4('cgnat', 100, 64, 0, 10),
  v4('reserved', 0, 0, 0, 8),
  v4('reserved', 192, 0, 0, 24),
  v4('reserved', 192, 88, 99, 24),
  v4('reserved', 198, 18, 0, 15),
  v4('reserved', 224, 0, 0, 4),
  v4('reserved', 240, 0, 0, 4),
];

/** Global unicast is 2000::/3 (IANA); Teredo and 6to4 in it are public, other protocol assignments reserved. */
const V6_PREFIXES: readonly Prefix[] = [
  v6('documentation', [0x2001, 0xdb8], 32),
  v6('documentation', [0x3fff], 20),
  v6('private', [0xfc00], 7),
  v6('loopback', [0, 0, 0, 0, 0, 0, 0, 1], 128),
  v6('link_local', [0xfe80], 10),
  v6('public', [0x2001, 0], 32),
  v6('reserved', [0x2001, 0], 23),
  v6('public', [0x2000], 3),
  v6('reserved', [], 0),
];

/** The contract's scope of an address. */
export function scopeOf({ version, bits }: IpNumber): string {
  const [prefixes, width] = version === 4 ? [V4_PREFIXES, 32] : [V6_PREFIXES, 128];
  for (const prefix of prefixes) {
    const shift = BigInt(width - prefix.length);
    if (bits >> shift === prefix.bits >> shift) return prefix.scope;
  }
  return 'public';
}
