import type { KnownIp } from '../contract/knowledge.ts';

/**
 * Whether a complete aggregated report covers what is stored: it has every IP that was ever listed, none with less
 * volume than the stored records of it. One that does not covers a moving window.
 */
export function coversStored(
  volumes: ReadonlyMap<string, number | null>,
  known: readonly KnownIp[],
): boolean {
  return known.every(({ ip_address, detail_volume }) => {
    const volume = volumes.get(ip_address);
    return volume !== undefined && (volume === null || volume >= detail_volume);
  });
}
