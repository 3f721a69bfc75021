/** A text field of a row of the API's own; null if the row has none of that name. */
export function textField(row: unknown, name: string): string | null {
  if (typeof row !== 'object' || row === null || !Object.hasOwn(row, name)) return null;
  const value: unknown = Reflect.get(row, name);
  return typeof value === 'string' ? value : null;
}

/** A field of a row of the API's own, whatever it is. */
export function anyField(row: unknown, name: string): unknown {
  if (typeof row !== 'object' || row === null || !Object.hasOwn(row, name)) return undefined;
  return Reflect.get(row, name);
}
