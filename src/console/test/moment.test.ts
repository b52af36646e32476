import { describe, expect, it } from 'vitest';
import { full, short, toIso, typed } from '../src/time/moment';

const AT = '2026-11-21T00:55:12Z';

describe('a moment', () => {
  it('is read in the zone of China, wherever the desk stands', () => {
    expect(typed(AT)).toBe('2026-11-21 08:55');
    expect(full(AT)).toBe('2026-11-21 08:55:12 +08:00');
  });

  it('is short today and names the day otherwise', () => {
    expect(short(AT, Date.parse('2026-11-21T05:00:00Z'), 'zh')).toBe('08:55');
    expect(short(AT, Date.parse('2026-11-22T05:00:00Z'), 'zh')).toBe('21日 08:55');
    expect(short(AT, Date.parse('2026-12-22T05:00:00Z'), 'zh')).toBe('11月21日 08:55');
    expect(short(AT, Date.parse('2026-11-22T05:00:00Z'), 'en')).toBe('21 Nov 08:55');
  });

  it('is sent with the offset of China', () => {
    expect(toIso('2026-11-21 08:55')).toBe('2026-11-21T08:55:00+08:00');
    expect(toIso(' 2026-1-5 8:05 ')).toBe('2026-01-05T08:05:00+08:00');
  });

  it('that does not exist is none', () => {
    for (const text of ['2026-02-31 10:00', '2026-11-21 25:00', '2026-11-21', 'tomorrow', ''])
      expect(toIso(text)).toBeNull();
  });
});
