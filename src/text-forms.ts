import { domainToASCII } from 'node:url';
import { remembered } from './remembered.ts';

/**
 * The one form of a text by which it is kept and compared, whatever its spelling. Each takes any text, is pure, and
 * leaves its own result as it is.
 */

/** Halves of characters, which UTF-8 cannot hold. */
const LONE_SURROGATES = /\p{Surrogate}/gu;

/** What shows nothing, wherever it stands: zero-width space and no-break space (BOM), word joiner, vowel separator. */
const NO_WIDTH = /[\u200B\u2060\uFEFF\u180E]+/g;

/** White space of every kind, NBSP, line breaks and tabs among it. */
const WHITE_SPACE = /\p{White_Space}+/gu;

/** Blanks at the ends, and joiners, which mean nothing but between two letters. The look back keeps it linear. */
const ENDS = /^[ \u200C\u200D]+|(?<![ \u200C\u200D])[ \u200C\u200D]+$/g;

/** Characters of a domain: no others, for a URL parser reads more into them than a host. */
const CONVERTIBLE = /^(?:[\p{L}\p{M}\p{N}\u00B7\u3002\uFF0E\uFF61._-]|\u200C|\u200D)+$/u;

/** What stands at the end of a full name: dots, also those of other scripts, and what is cut off behind them. */
const LAST_DOTS = /(?<![ .\u3002\uFF0E\uFF61\u200C\u200D])[ .\u3002\uFF0E\uFF61\u200C\u200D]+$/;

/** What a URL parser takes a number for. */
const IPV4 = /^[\d.]+$/;

const NON_ASCII = /[^\0-\x7F]/;

/**
 * Without what nobody sees: white space of every kind is cut off at both ends and one blank within; what has no width is
 * left out, but for joiners between letters; characters are composed (NFC); halves of characters are U+FFFD.
 */
export const tidy = unlessPlain(/^[!-~]+(?: [!-~]+)*$/, (text) =>
  text
    .replace(LONE_SURROGATES, '\uFFFD')
    .replace(NO_WIDTH, '')
    .replace(WHITE_SPACE, ' ')
    .replace(ENDS, '')
    .normalize('NFC'),
);

/** A word that is told in any case: tidy, lower case. */
export const wordForm = unlessPlain(/^[!-@[-~]+(?: [!-@[-~]+)*$/, (text) => lowerCase(tidy(text)));

/** A code that is told in any case, as of a country: tidy, upper case. */
export const codeForm = unlessPlain(/^[A-Z]+$/, (text) => tidy(text).toUpperCase().normalize('NFC'));

/**
 * A domain's name as DNS has it: tidy, lower case, no dots at the end, in ASCII (`xn--bcher-kva.example` for
 * `BÜCHER.example.`); what cannot be written so stays as it is, in lower case.
 */
export const domainForm = unlessPlain(/^[a-z0-9_.-]*[a-z0-9_-]$/, (text) => {
  const name = withoutLastDots(lowerCase(tidy(text)));
  return NON_ASCII.test(name) ? withoutLastDots(asciiName(name) ?? name) : name;
});

/** A form that leaves plain texts, as most are, as they come: finding out costs less than remembering. */
function unlessPlain(plain: RegExp, form: (text: string) => string): (text: string) => string {
  const formOf = remembered(form);
  return (text) => (plain.test(text) ? text : formOf(text));
}

function lowerCase(text: string): string {
  return text.toLowerCase().normalize('NFC');
}

function withoutLastDots(name: string): string {
  return name.replace(LAST_DOTS, '');
}

/** Null for what is no name that can be looked up. */
function asciiName(name: string): string | null {
  if (!CONVERTIBLE.test(name)) return null;
  const ascii = domainToASCII(name);
  return ascii === '' || IPV4.test(ascii) ? null : ascii;
}
