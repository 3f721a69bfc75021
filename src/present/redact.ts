/** What stands where a secret stood. */
const REDACTED = '[redacted]';

/** What a token of the API looks like: one that was typed in the wrong place is not known as a secret. */
const TOKEN_LIKE = /\bmlsn\.[\w-]{16,}/g;

/**
 * Returns a function that removes each of the secrets from a text, as it is and as JSON and URLs spell it, and
 * whatever looks like a token.
 */
export function redactor(secrets: Iterable<string>): (text: string) => string {
  const spellings = [...secrets]
    .filter((secret) => secret !== '')
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
    .sort((a, b) => b.length - a.length);
  return (text) =>
    spellings
      .reduce((rest, spelling) => rest.replaceAll(spelling, REDACTED), text)
      .replaceAll(TOKEN_LIKE, REDACTED);
}
