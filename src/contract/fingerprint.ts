/** What makes two aggregated rows of an IP the same for the plan: the volume and the three rates. */
export interface FingerprintValues {
  readonly total_volume_as_of: number | null;
  readonly dmarc_pass_rate: number | null;
  readonly spf_pass_rate: number | null;
  readonly dkim_pass_rate: number | null;
}

/** Rates are compared to a millionth, as whole numbers, so that JavaScript and SQL write the same text. */
const RATE_STEPS = 1_000_000;

/** `volume:dmarc:spf:dkim`, rates in millionths, an absent value empty. Equal texts mean nothing to fetch. */
export function fingerprintOf(row: FingerprintValues): string {
  const rate = (value: number | null) => (value === null ? '' : String(Math.round(value * RATE_STEPS)));
  const volume = row.total_volume_as_of === null ? '' : String(row.total_volume_as_of);
  return [volume, rate(row.dmarc_pass_rate), rate(row.spf_pass_rate), rate(row.dkim_pass_rate)].join(':');
}

/** The same text as {@link fingerprintOf}, of the columns of `aggregated_reports` (of alias `alias`). */
export function fingerprintSql(alias: string): string {
  const text = (expression: string) => `COALESCE(CAST(${expression} AS VARCHAR), '')`;
  const rate = (column: string) => text(`CAST(FLOOR(${alias}.${column} * ${RATE_STEPS} + 0.5) AS BIGINT)`);
  return [
    text(`${alias}.total_volume_as_of`),
    rate('dmarc_pass_rate'),
    rate('spf_pass_rate'),
    rate('dkim_pass_rate'),
  ].join(` || ':' || `);
}
