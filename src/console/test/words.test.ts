import { describe, expect, it } from 'vitest';
import { en, zh } from '../src/words';

/** Every key in both languages, none of them empty: types see a missing one, not an empty one. */
function keysOf(words: object, before = ''): string[] {
  return Object.entries(words).flatMap(([key, value]) => {
    if (typeof value === 'object' && value !== null) return keysOf(value as object, `${before}${key}.`);
    return value === '' ? [] : [before + key];
  });
}

describe('the words', () => {
  it('are the same in Chinese and English', () => {
    expect(keysOf(en).sort()).toEqual(keysOf(zh).sort());
  });

  it('shout at nobody', () => {
    expect(JSON.stringify([zh, en])).not.toMatch(/[!！]/);
  });
});
