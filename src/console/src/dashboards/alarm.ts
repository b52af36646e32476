import { onScopeDispose, ref, watch, type Ref } from 'vue';

/** Three rising tones, heard across a room; made here, so no file can be missing. */
const TONES_HERTZ = [660, 880, 1175];
const TONE_SECONDS = 0.18;
const GAP_SECONDS = 0.06;
const REPEAT_MILLISECONDS = 2_400;
const MUTE_MILLISECONDS = 60_000;

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

/** Whether this tab may sound at all; a desk must know before the first alarm, not at it. */
export function watchSound(): void {
  soundBlocked.value = !navigator.userActivation.hasBeenActive;
  const touched = (): void => void (soundBlocked.value = audio !== undefined && audio.state !== 'running');
  window.addEventListener('pointerdown', touched, { once: true, capture: true });
  window.addEventListener('keydown', touched, { once: true, capture: true });
}

/** The button's press is what browsers ask for; it sounds once as proof, and asks for notices beside it. */
export async function allowSound(): Promise<void> {
  await sound();
  if ('Notification' in window && Notification.permission === 'default') await Notification.requestPermission();
}

let notice: Notification | undefined;

/** A notice of the system for those who work in another window; it carries a count, never a word of the report. */
function notify(text: string): void {
  if (!('Notification' in window) || Notification.permission !== 'granted' || document.hasFocus()) return;
  notice = new Notification(text, { tag: 'hotline-alarm', requireInteraction: true, icon: '/alarm.svg' });
  notice.onclick = () => window.focus();
}

export interface Alarm {
  muted: Ref<boolean>;
  mute: () => void;
}

/** Sounds again and again while it is on; the tab's title and icon tell those who look elsewhere, in turns with the calm one. */
export function useAlarm(on: Ref<boolean>, title: Ref<string>, calmTitle: Ref<string>): Alarm {
  const muted = ref(false);
  let timer: number | undefined;
  let unmute: number | undefined;
  let turn = 0;
  function show(loud: boolean): void {
    document.title = loud ? title.value : calmTitle.value;
    document.getElementById('tab-icon')?.setAttribute('href', loud ? '/alarm.svg' : '/calm.svg');
  }
  function ring(): void {
    turn += 1;
    if (!muted.value) void sound();
    // The count stays readable most of the time; the change of title is what catches the eye.
    document.title = turn % 3 === 0 ? `◉ ${title.value}` : title.value;
  }
  function mute(): void {
    muted.value = true;
    window.clearTimeout(unmute);
    // Muting ends by itself: silence must never outlive the person who asked for it.
    unmute = window.setTimeout(() => (muted.value = false), MUTE_MILLISECONDS);
  }
  function quiet(): void {
    window.clearInterval(timer);
    timer = undefined;
    muted.value = false;
    notice?.close();
  }
  watch(
    [on, title, calmTitle],
    ([rings, told], [, before]) => {
      show(rings);
      if (!rings) return quiet();
      if (told !== before) {
        // Another child: a silence asked for the one before does not cover it.
        muted.value = false;
        notify(told);
      }
      if (timer === undefined) {
        ring();
        timer = window.setInterval(ring, REPEAT_MILLISECONDS);
      }
    },
    { immediate: true },
  );
  onScopeDispose(() => {
    quiet();
    window.clearTimeout(unmute);
    show(false);
  });
  return { muted, mute };
}
