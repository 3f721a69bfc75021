import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeForm, domainForm, tidy, wordForm } from '../src/text-forms.ts';

const FORMS = { tidy, wordForm, codeForm, domainForm };

const BLANKS = [
  '\t',
  '\n',
  '\v',
  '\f',
  '\r',
  ' ',
  '\u0085',
  '\u00a0',
  '\u1680',
  '\u2000',
  '\u2009',
  '\u200a',
];
const MORE_BLANKS = ['\u2028', '\u2029', '\u202f', '\u205f', '\u3000', '\r\n'];
const NO_WIDTH = ['\u200b', '\u2060', '\ufeff', '\u180e'];

const blank = fc.constantFrom(...BLANKS, ...MORE_BLANKS);
const unseen = fc.constantFrom(...BLANKS, ...MORE_BLANKS, ...NO_WIDTH, '\u200c', '\u200d');
const around = fc.string({ unit: unseen, maxLength: 4 });
const within = fc.tuple(around, blank, around).map((parts) => parts.join('').replace(/[\u200c\u200d]/g, ''));
const letters = 'abcxyz019äöüßéłжя語日';
const word = fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength: 8 });
const label = fc.tuple(fc.constantFrom(...'abcäöüéłж語'), word).map((parts) => parts.join(''));

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.oneof(unseen, fc.constantFrom(...'aÄİΣ.。-_%/:[]@1１\u0308\ud800\udc00')) }),
);

describe.each(Object.entries(FORMS))('%s', (_, form) => {
  it('leaves its own result as it is', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const once = form(text);
        expect(form(once)).toBe(once);
      }),
      { numRuns: 5000 },
    );
  });

  it('leaves nothing empty but what shows nothing', () => {
    expect(form('')).toBe('');
    fc.assert(fc.property(around, (text) => void expect(form(text)).toBe('')));
    fc.assert(fc.property(word, (text) => void expect(form(text)).not.toBe('')));
  });

  it('takes megabytes in a moment', () => {
    const long = [
      ' '.repeat(1e6),
      'a b\u00a0'.repeat(3e5),
      '.'.repeat(1e6),
      '\u200c '.repeat(5e5),
      'ü.'.repeat(5e5),
    ];
    for (const text of long) expect(form(`x${text}x`).length).toBeGreaterThan(1);
  }, 5000);
});

describe('tidy', () => {
  it('gives one text for all ways to space and compose it', () => {
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 4 }),
        around,
        around,
        fc.array(within),
        (words, ...rest) => {
          const [before, after, gaps] = rest;
          const spaced = words.map((one, at) => (at === 0 ? one : `${gaps[at] ?? ' '}${one}`)).join('');
          expect(tidy(`${before}${spaced.normalize('NFD')}${after}`)).toBe(words.join(' '));
        },
      ),
    );
  });

  it.each([
    ['New\u00a0York\r\n', 'New York'],
    ['\ufeffParis', 'Paris'],
    ['goo\u200bgle', 'google'],
    ['می\u200cخواهم', 'می\u200cخواهم'],
    ['👩\u200d🚀', '👩\u200d🚀'],
    ['Mu\u0308nchen', 'München'],
    ['a\ud800b', 'a\ufffdb'],
    ['\ud83d\u200b\ude00', '\ufffd\ufffd'],
  ])('%j is %j', (text, form) => {
    expect(tidy(text)).toBe(form);
  });
});

describe('wordForm and codeForm', () => {
  it('give one text in any case', () => {
    const ascii = fc.string({ unit: fc.constantFrom(...'abcXYZ019_- äÖüéłжЯ'), maxLength: 12 });
    fc.assert(
      fc.property(ascii, around, (text, blanks) => {
        for (const form of [wordForm, codeForm]) {
          expect(form(`${blanks}${text.toUpperCase()}`)).toBe(form(text));
          expect(form(`${text.toLowerCase()}${blanks}`)).toBe(form(text));
        }
      }),
    );
  });

  it.each([
    ['Reject\n', 'reject', 'REJECT'],
    ['\tMailing_List ', 'mailing_list', 'MAILING_LIST'],
    ['de', 'de', 'DE'],
  ])('%j is %j, or %j', (text, lower, upper) => {
    expect([wordForm(text), codeForm(text)]).toEqual([lower, upper]);
  });
});

describe('domainForm', () => {
  it('gives one name for every spelling', () => {
    const spelling = fc.record({ before: around, after: around, dots: fc.constantFrom('', '.', '..', '。') });
    fc.assert(
      fc.property(
        fc.array(label, { minLength: 1, maxLength: 4 }),
        spelling,
        (labels, { before, after, dots }) => {
          const plain = `${labels.join('.')}.example`;
          const form = domainForm(plain);
          expect(form).toMatch(/^[\w.-]+\.example$/);
          for (const other of [
            plain.toUpperCase().replace(/SS/g, 'ß'),
            plain.normalize('NFD'),
            form,
            form.toUpperCase(),
          ]) {
            expect(domainForm(`${before}${other}${dots}${after}`)).toBe(form);
          }
        },
      ),
    );
  });

  it.each([
    ['BÜCHER.example.', 'xn--bcher-kva.example'],
    ['bu\u0308cher.example', 'xn--bcher-kva.example'],
    ['XN--BCHER-KVA.EXAMPLE', 'xn--bcher-kva.example'],
    ['bücher。example', 'xn--bcher-kva.example'],
    ['_dmarc.bücher.example', '_dmarc.xn--bcher-kva.example'],
    ['Example.ORG\r\n', 'example.org'],
    ['.', ''],
    ['example.org . ', 'example.org'],
    ['unknown', 'unknown'],
    ['192.0.2.1', '192.0.2.1'],
    ['[2001:DB8::1]', '[2001:db8::1]'],
    ['１.２.３.４', '１.２.３.４'],
    ['xn--Ü.example', 'xn--ü.example'],
    ['Ü/path.example', 'ü/path.example'],
    ['Ü%41.example', 'ü%41.example'],
    ['who@Bücher.example', 'who@bücher.example'],
    ['Not Ä domain', 'not ä domain'],
    [`${'Ü'.repeat(3)}..example`, 'xn--tdaaa..example'],
  ])('%j is %j', (text, form) => {
    expect(domainForm(text)).toBe(form);
  });
});
