import type { AggregatedReport } from '../client/rows.ts';
import { ConfigurationError } from '../errors.ts';
import { describeIp } from '../transform/ip-address.ts';

/**
 * The addresses that words name, each once: RFC 5952, an IPv4-mapped address as IPv4. Throws ConfigurationError that
 * names all words that are none.
 */
export function readAddresses(words: readonly string[]): readonly string[] {
  const described = words.map((word) => ({ word: word.trim(), ...describeIp(word) }));
  const wrong = described.filter(({ version }) => version === null);
  if (wrong.length > 0) {
    const listed = wrong.map(({ word }) => JSON.stringify(word)).join(', ');
    throw new ConfigurationError(
      `${listed} ${wrong.length === 1 ? 'is no IP address' : 'are no IP addresses'}`,
      {
        hint: 'Give single IPv4 or IPv6 addresses, such as 192.0.2.1 or 2001:db8::1, without a prefix length or a zone.',
      },
    );
  }
  return [...new Set(described.map(({ canonical }) => canonical))];
}

/** How a report spells its addresses: canonical → as the API has it. */
export async function spellingsIn(
  report: AsyncIterable<AggregatedReport>,
): Promise<ReadonlyMap<string, string>> {
  const spellings = new Map<string, string>();
  for await (const { ip_address } of report) {
    if (ip_address !== null) spellings.set(describeIp(ip_address).canonical, ip_address);
  }
  return spellings;
}
