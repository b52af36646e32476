import { onScopeDispose, ref, watch, type Ref } from 'vue';

/** Three rising tones, heard across a room; made here, so no file can be missing. */
const TONES_HERTZ = [660, 880, 1175];
const TONE_SECONDS = 0.18;
const GAP_SECONDS = 0.06;
const REPEAT_MILLISECONDS = 2_400;

let audio: AudioContext | undefined;
export const soundBlocked = ref(false);

export async function sound(): Promise<void> {
  try {
    if (!audio && !navigator.userActivation.hasBeenActive) {
      soundBlocked.value = true;
      return;
    }
    audio ??= new AudioContext();
    // Browsers let a page sound only after somebody touched it, and resume() then waits without end.
    if (audio.state === 'suspended') {
      await Promise.race([audio.resume(), new Promise((done) => window.setTimeout(done, 300))]);
    }
    soundBlocked.value = audio.state !== 'running';
    if (soundBlocked.value) return;
    TONES_HERTZ.forEach((hertz, place) => tone(audio as AudioContext, hertz, place));
  } catch {
    soundBlocked.value = true;
  }
}

function tone(context: AudioContext, hertz: number, place: number): void {
  const start = context.currentTime + place * (TONE_SECONDS + GAP_SECONDS);
  const oscillator = context.createOscillator();
  const volume = context.createGain();
  oscillator.type = 'triangle';
  oscillator.frequency.value = hertz;
  volume.gain.setValueAtTime(0, start);
  volume.gain.linearRampToValueAtTime(0.5, start + 0.02);
  volume.gain.linearRampToValueAtTime(0, start + TONE_SECONDS);
  oscillator.connect(volume).connect(context.destination);
  oscillator.start(start);
  oscillator.stop(start + TONE_SECONDS);
}

/** Sounds again and again while it is on; the tab's title and icon tell those who look elsewhere. */
export function useAlarm(
  on: Ref<boolean>,
  title: Ref<string>,
  calmTitle: Ref<string>,
): { muted: Ref<boolean>; mute: () => void } {
  const muted = ref(false);
  let timer: number | undefined;
  let unmute: number | undefined;
  const ring = (): void => void (muted.value || sound());
  const mute = (): void => {
    muted.value = true;
    window.clearTimeout(unmute);
    // Muting ends by itself: silence must never outlive the person who asked for it.
    unmute = window.setTimeout(() => (muted.value = false), 60_000);
  };
  watch(
    [on, title, calmTitle],
    () => {
      document.title = on.value ? title.value : calmTitle.value;
      document.getElementById('tab-icon')?.setAttribute('href', on.value ? '/alarm.svg' : '/calm.svg');
      if (on.value && timer === undefined) {
        ring();
        timer = window.setInterval(ring, REPEAT_MILLISECONDS);
      } else if (!on.value) {
        window.clearInterval(timer);
        timer = undefined;
        muted.value = false;
      }
    },
    { immediate: true },
  );
  onScopeDispose(() => {
    window.clearInterval(timer);
    window.clearTimeout(unmute);
  });
  return { muted, mute };
}
