import { describe, expect, it, vi } from 'vitest';
import { oneAtATime, soonAfter } from '../src/live/gather';

describe('reading on a busy night', () => {
  it('goes on one at a time, and once more for all who asked meanwhile', async () => {
    let open: (() => void) | undefined;
    let runs = 0;
    const read = oneAtATime(() => {
      runs += 1;
      return new Promise((done) => (open = done));
    });
    const first = read();
    const later = [read(), read(), read()];
    expect(runs).toBe(1);
    open?.();
    await first;
    await vi.waitFor(() => expect(runs).toBe(2));
    open?.();
    await Promise.all(later);
    expect(runs).toBe(2);
  });

  it('goes on after one that failed', async () => {
    let runs = 0;
    const read = oneAtATime(() => ((runs += 1) === 1 ? Promise.reject(new Error('no line')) : Promise.resolve()));
    const first = read();
    const second = read();
    await expect(first).rejects.toThrow('no line');
    await second;
    expect(runs).toBe(2);
  });

  it('is not put off by a stream of changes', () => {
    vi.useFakeTimers();
    let reads = 0;
    const soon = soonAfter(150, () => Promise.resolve(void (reads += 1)));
    for (let change = 0; change < 40; change += 1) {
      soon.call();
      vi.advanceTimersByTime(50);
    }
    expect(reads).toBeGreaterThan(5);
    vi.useRealTimers();
  });
});
