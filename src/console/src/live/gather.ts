/**
 * One at a time: whoever asks while it runs waits for a run that begins after the asking, since the present one may be too
 * early for what was heard. A busy night then costs one reading after the other, never a heap of them.
 */
export function oneAtATime(act: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  function run(): Promise<void> {
    running = act().finally(() => (running = undefined));
    return running;
  }
  return () => {
    if (!running) return run();
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        return run();
      });
    return next;
  };
}

/** Soon after the first call, however many follow: a stream of changes must not put off the reading for ever. */
export function soonAfter(milliseconds: number, act: () => Promise<void>): { call: () => void; stop: () => void } {
  let timer: number | undefined;
  return {
    call() {
      timer ??= window.setTimeout(() => {
        timer = undefined;
        void act().catch(() => undefined);
      }, milliseconds);
    },
    stop() {
      window.clearTimeout(timer);
      timer = undefined;
    },
  };
}
