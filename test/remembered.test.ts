import { describe, expect, it } from 'vitest';
import { remembered } from '../src/remembered.ts';

function counting() {
  const asked: string[] = [];
  const read = remembered((text) => {
    asked.push(text);
    return text === '' ? null : text.length;
  });
  return { asked, read };
}

describe('a remembering reader', () => {
  it('reads a text once, also where nothing comes of it', () => {
    const { asked, read } = counting();
    expect(['a', '', '__proto__', 'a', '', '__proto__'].map(read)).toEqual([1, null, 9, 1, null, 9]);
    expect(asked).toEqual(['a', '', '__proto__']);
  });

  it('keeps no long text', () => {
    const { asked, read } = counting();
    const long = 'x'.repeat(65);
    expect([read(long), read(long)]).toEqual([65, 65]);
    expect(asked).toEqual([long, long]);
  });

  it('forgets all rather than keep ever more', () => {
    const { asked, read } = counting();
    for (let text = 0; text <= 4096; text++) read(`${text}`);
    expect([read('4096'), read('0')]).toEqual([4, 1]);
    expect(asked.slice(-2)).toEqual(['4096', '0']);
  });
});
