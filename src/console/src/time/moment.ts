/** China keeps one zone, whatever the machine on the desk believes. */
const ZONE = 'Asia/Shanghai';

const parts = new Intl.DateTimeFormat('en-CA', {
  timeZone: ZONE,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

function read(at: number): Record<string, string> {
  return Object.fromEntries(parts.formatToParts(at).map((part) => [part.type, part.value]));
}

/** `2026-11-21 08:55`: what a person types and reads in a form. */
export function typed(at: number | string): string {
  const p = read(typeof at === 'string' ? Date.parse(at) : at);
  return `${p.year}-${p.month}-${p.day} ${p.hour}:${p.minute}`;
}

/** The full moment with its zone, for the title of a short one. */
export function full(at: number | string): string {
  const p = read(typeof at === 'string' ? Date.parse(at) : at);
  return `${p.year}-${p.month}-${p.day} ${p.hour}:${p.minute}:${p.second} +08:00`;
}

/** `08:55:12` */
export function clockTime(at: number): string {
  const p = read(at);
  return `${p.hour}:${p.minute}:${p.second}`;
}

/** `21日 08:55` in Chinese, `21 Nov 08:55` in English; today leaves out the day. */
export function short(at: number | string, now: number, language: 'zh' | 'en'): string {
  const moment = typeof at === 'string' ? Date.parse(at) : at;
  const p = read(moment);
  const today = read(now);
  const time = `${p.hour}:${p.minute}`;
  if (p.day === today.day && p.month === today.month && p.year === today.year) return time;
  if (language === 'zh') {
    const day = `${Number(p.day)}日 ${time}`;
    return p.month === today.month && p.year === today.year ? day : `${Number(p.month)}月${day}`;
  }
  const month = new Intl.DateTimeFormat('en-GB', { timeZone: ZONE, month: 'short' }).format(moment);
  return `${Number(p.day)} ${month} ${time}`;
}

const TYPED = /^(\d{4})-(\d{1,2})-(\d{1,2})[ T](\d{1,2})[:：](\d{2})$/;

/** Turns `YYYY-MM-DD HH:mm` into ISO with China's offset; null when it is no moment. */
export function toIso(text: string): string | null {
  const match = TYPED.exec(text.trim());
  if (!match) return null;
  const [, year, month, day, hour, minute] = match.map((part) => part.padStart(2, '0'));
  const iso = `${year}-${month}-${day}T${hour}:${minute}:00+08:00`;
  const at = Date.parse(iso);
  // A 31st of February would roll over to March: reading it back shows whether it exists.
  return !Number.isNaN(at) && typed(at) === `${year}-${month}-${day} ${hour}:${minute}` ? iso : null;
}
