import type { SenderKind } from './account.ts';
import { hash, unit } from './random.ts';

/** First halves of made-up IPv4 addresses of senders of our own. */
const BLOCKS = ['8.17', '23.83', '52.96', '93.104', '167.89', '185.70', '203.119'] as const;

/** First halves of addresses that several monitors see (a service provider's). */
const SHARED_BLOCKS = ['149.72', '198.2'] as const;

/** Documentation ranges (RFC 5737); the last byte is the index. */
const DOCUMENTATION = ['192.0.2', '198.51.100', '203.0.113'] as const;

/** Highest index that fits in the last byte of a documentation range; above it is room for oddities. */
const LAST_DOCUMENTATION = 240;

/**
 * The address of a monitor's nth IP, in one of the spellings reporters use. Within a monitor no two of them have the
 * same canonical form, because the low 16 bits are a permutation of the index (or the index itself).
 */
export function addressOf(seed: number, monitor: number, index: number, kind: SenderKind): string {
  if (index === 3) return '192.168.10.3';
  if (index === 5) return '100.64.0.5';
  const choice = unit(seed, 'form', monitor, index);
  if (choice < 0.2) return ipv6(seed, monitor, index);
  if (kind === 'esp' && choice < 0.45) return ipv4(SHARED_BLOCKS, seed, 0, index);
  if (index <= LAST_DOCUMENTATION && choice < 0.6) {
    return `${DOCUMENTATION[hash(seed, 'doc', monitor, index) % DOCUMENTATION.length]}.${index}`;
  }
  const plain = ipv4(BLOCKS, seed, monitor + 1, index);
  return choice > 0.96 ? `::ffff:${plain}` : plain;
}

function ipv4(blocks: readonly string[], seed: number, salt: number, index: number): string {
  const block = blocks[hash(seed, 'block', salt, index) % blocks.length];
  const low = (Math.imul(index, 40_503) + hash(seed, 'low', salt)) & 0xffff;
  return `${block}.${low >>> 8}.${low & 0xff}`;
}

/** Documentation addresses (RFC 3849): plain, upper case with leading zeros, or written out in full. */
function ipv6(seed: number, monitor: number, index: number): string {
  const net = (hash(seed, 'net', monitor, index) & 0xfff).toString(16);
  const low = (index + 1).toString(16);
  const spelling = hash(seed, 'spelling', monitor, index) % 5;
  if (spelling === 0)
    return `2001:0DB8:0${net.padStart(3, '0')}::0A0${low.toUpperCase().slice(-1)}:${low.toUpperCase()}`;
  if (spelling === 1) return `2001:db8:${net}:0:0:0:0:${low}`;
  return `2001:db8:${net}::${low}`;
}
