import { computed, ref } from 'vue';
import { agencies } from '../agencies/words';
import { caseNames } from '../cases/names';
import { calls } from '../calls/words';
import { cases } from '../cases/words';
import { dashboards } from '../dashboards/words';
import { duty } from '../duty/words';
import { speak } from '../http/api';
import type { Language, Said, Words } from '../http/contract';
import { intakeNames } from '../intake/names';
import { intake } from '../intake/words';
import { live } from '../live/words';
import { operations } from '../operations/words';
import { parts } from '../parts/words';
import { security } from '../security/words';
import { telephony } from '../telephony/words';
import { time } from '../time/words';
import { told } from './both';
import { general } from './general';

const KEPT_UNDER = 'hotline.language';

export const language = ref<Language>(localStorage.getItem(KEPT_UNDER) === 'en' ? 'en' : 'zh');

function tellOthers(): void {
  const code = language.value === 'zh' ? 'zh-CN' : 'en';
  document.documentElement.lang = code;
  speak(code);
}
tellOthers();

export function switchLanguage(): void {
  language.value = language.value === 'zh' ? 'en' : 'zh';
  localStorage.setItem(KEPT_UNDER, language.value);
  tellOthers();
}

/** Each room keeps its words beside it. */
const rooms = {
  ...general,
  ...agencies,
  ...calls,
  ...caseNames,
  ...cases,
  ...dashboards,
  ...duty,
  ...intakeNames,
  ...intake,
  ...live,
  ...operations,
  ...parts,
  ...security,
  ...telephony,
  ...time,
};

export const zh = told(rooms, 'zh');
export const en = told(rooms, 'en');

/** The words of the chosen language. */
export const words = computed(() => (language.value === 'zh' ? zh : en));

/** A text that comes in both languages, or already in the reader's. */
export function say(text: Said | null | undefined): string {
  if (text === null || text === undefined) return '';
  return typeof text === 'string' ? text : (text[language.value] ?? text.zh);
}

/** An identifier in words; one this release does not know yet is shown as it stands. */
export function named(names: Record<string, string>, identifier: string | null | undefined): string {
  return identifier ? (names[identifier] ?? identifier) : words.value.unknown;
}

/** A division by its name, or by its code where it has none. */
export function divisionOf(one: { division?: string; divisionTitle?: Words | null }): string {
  return say(one.divisionTitle) || (one.division ?? '');
}
