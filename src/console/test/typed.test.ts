import { beforeEach, describe, expect, it } from 'vitest';
import { effectScope, nextTick } from 'vue';
import { drafts, typedBefore, useTyped } from '../src/parts/drafts';

const empty = (): { text: string } => ({ text: '' });
const says = (value: { text: string }): boolean => value.text !== '';

function typing(name: string, text: string): void {
  const scope = effectScope();
  scope.run(() => (useTyped(name, empty, says).value.text = text));
  // The page goes away at once: nothing waits for a timer.
  scope.stop();
}

describe('what was typed', () => {
  beforeEach(() => {
    localStorage.clear();
    drafts.use('duty');
  });

  it('is there again after the page went away', () => {
    typing('a', '手臂有瘀伤');
    expect(useTyped('a', empty, says).value.text).toBe('手臂有瘀伤');
    expect(drafts.count.value).toBe(1);
  });

  it('is gone once it was received, and the field is empty for the next', async () => {
    typing('a', '手臂有瘀伤');
    const typed = useTyped('a', empty, says);
    typed.done();
    await nextTick();
    expect(typed.value.text).toBe('');
    expect(typedBefore('a')).toBeUndefined();
  });

  it('belongs to the account that typed it, and goes with its sign-out', () => {
    typing('a', '手臂有瘀伤');
    drafts.use('supervisor');
    expect(typedBefore('a')).toBeUndefined();
    drafts.clear();
    drafts.use('duty');
    expect(typedBefore('a')).toEqual({ text: '手臂有瘀伤' });
    drafts.clear();
    expect(typedBefore('a')).toBeUndefined();
  });

  it('is not kept longer than a session lives', () => {
    localStorage.setItem(
      'hotline.typed.duty.a',
      JSON.stringify({ at: Date.now() - 13 * 3_600_000, value: { text: 'x' } }),
    );
    drafts.use('duty');
    expect(typedBefore('a')).toBeUndefined();
  });
});
