/** Control characters, format characters (bidi marks among them), lone surrogates, line and paragraph separators. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const UNSAFE_BUT_LINE_BREAKS = /[^\P{Cc}\n]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

const SHORT_FORMS: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Text of strangers, made harmless for a terminal and for one line: what could move the cursor, change colours or
 * reorder text is shown as `\n`, `\x1b` or `\u{202e}`; a lone surrogate, which UTF-8 cannot hold, becomes U+FFFD.
 */
export function terminalText(text: string): string {
  return text.replaceAll(UNSAFE, escaped);
}

/** As {@link terminalText}, but line breaks stay: for messages of several lines. */
export function terminalLines(text: string): string {
  return text.replaceAll(UNSAFE_BUT_LINE_BREAKS, escaped);
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0xd800 && code <= 0xdfff) return '\ufffd';
  const hex = code.toString(16);
  return SHORT_FORMS[character] ?? (code < 0x100 ? `\\x${hex.padStart(2, '0')}` : `\\u{${hex}}`);
}
