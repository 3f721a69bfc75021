/**
 * Whether a text from the API can stand as one segment of a path. An empty one would turn `report/{ip}` into another
 * request, `.` and `..` would climb, and half a surrogate pair cannot be encoded: such an address is unaskable.
 */
export function isAskable(segment: string): boolean {
  return segment.trim() !== '' && segment !== '.' && segment !== '..' && !/\p{Surrogate}/u.test(segment);
}

/** `/a/b?x=1`, every segment encoded. Throws a TypeError for a segment that is not askable: that is a bug of the caller. */
export function requestPath(
  segments: readonly string[],
  query: Readonly<Record<string, string>> = {},
): string {
  for (const segment of segments) {
    if (!isAskable(segment)) throw new TypeError(`${JSON.stringify(segment)} cannot be a segment of a path`);
  }
  const search = new URLSearchParams(query).toString();
  return `/${segments.map(encodeURIComponent).join('/')}${search === '' ? '' : `?${search}`}`;
}
