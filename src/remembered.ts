/** Texts that are remembered at once, and how long one can be: what an answer holds must not fill the memory. */
const MAX_TEXTS = 4096;
const MAX_CHARACTERS = 64;

/** A pure reader of texts that keeps what it made of them: the values of an answer repeat thousands of times. */
export function remembered<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const kept = known.get(text);
    if (kept !== undefined) return kept;
    const made = read(text);
    if (text.length > MAX_CHARACTERS) return made;
    if (known.size === MAX_TEXTS) known.clear();
    known.set(text, made);
    return made;
  };
}
