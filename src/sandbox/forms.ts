import type { RowEdits } from './account.ts';
import type { SandboxOptions } from './options.ts';
import { hash, unit } from './random.ts';

/** A rate of 0 to 100 percent in the form that the option names; a mixed form is fixed by seed, row and field. */
export function percentForm(options: SandboxOptions, key: string, field: string, rate: number): unknown {
  if (options.percent === 'percent') return `${rate}%`;
  if (options.percent === 'number') return rate;
  if (options.percent === 'text') return String(rate);
  const choice = unit(options.seed, 'percent', key, field);
  if (choice < 0.03) return null;
  if (choice < 0.4) return `${rate}%`;
  return choice < 0.7 ? rate : String(rate);
}

/** An alignment in the form that the option names: true, 1 or "true"; when mixed also 100, "1" and "100". */
export function alignedForm(options: SandboxOptions, key: string, field: string, aligned: boolean): unknown {
  if (options.aligned === 'boolean') return aligned;
  if (options.aligned === 'number') return aligned ? 1 : 0;
  if (options.aligned === 'text') return String(aligned);
  const forms = aligned ? [true, true, 1, 100, 'true', '1', '100'] : [false, false, 0, 0, 'false', '0', '0'];
  return forms[hash(options.seed, 'aligned', key, field) % forms.length];
}

/** is_favorite of an IP: absent unless it is one; with oddities some say false. */
export function favoriteForm(
  options: SandboxOptions,
  key: string,
  favorite: boolean,
): { is_favorite?: boolean } {
  if (favorite) return { is_favorite: true };
  const explicit = options.oddities && hash(options.seed, 'favorite', key) % 2 === 0;
  return explicit ? { is_favorite: false } : {};
}

/** The row after its edits, with fields nobody knows if the option asks for them. */
export function finishRow(
  options: SandboxOptions,
  key: string,
  row: Record<string, unknown>,
  edits: RowEdits = {},
): unknown {
  if (edits.instead !== undefined) return edits.instead.value;
  const fields = { ...row, ...(options.unknownFields ? unknownFields(options.seed, key) : {}), ...edits.set };
  for (const name of edits.omit ?? []) delete fields[name];
  return fields;
}

function unknownFields(seed: number, key: string): Record<string, unknown> {
  const asn = 64_496 + (hash(seed, 'asn', key) % 16);
  const all = { asn, network: { asn, tags: ['sandbox', key.slice(0, 4)], nested: { deep: null } } };
  return hash(seed, 'unknown', key) % 3 === 0 ? all : { risk_score: asn / 1000 };
}
