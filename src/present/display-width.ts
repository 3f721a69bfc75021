/** Characters that take two columns: East Asian wide and full-width ones, and emoji that are drawn as such. */
const WIDE =
  /[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;

/** Characters that take none: marks that join the one before. */
const ZERO = /\p{M}/u;

/** Columns that a terminal takes to show `text`, which holds no control characters. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += ZERO.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}
