import type { Words } from '../http/contract';
import { typed } from '../time/moment';
import { language, words } from '.';

const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;

/** A recorded value as a reader wants it: identifiers in words, moments in local time, never an empty cell. */
export function shown(value: unknown): string {
  const told = words.value;
  if (value === null || value === undefined || value === '') return told.unknown;
  if (Array.isArray(value)) return value.map(shown).join(told.comma);
  if (typeof value === 'boolean') return value ? told.yes : told.no;
  if (typeof value === 'object') return 'zh' in value ? (value as Words)[language.value] : JSON.stringify(value);
  const text = String(value);
  if (MOMENT.test(text)) return typed(text);
  return told.answers[text] ?? told.states[text] ?? told.categories[text] ?? told.roles[text] ?? oneOfBoth(text);
}

/** Names of clocks are recorded as `中文 / English`: the reader needs one of them. */
function oneOfBoth(text: string): string {
  const [zh, en, ...more] = text.split(' / ');
  if (!zh || !en || more.length > 0 || !/\p{Script=Han}/u.test(zh) || /\p{Script=Han}/u.test(en)) return text;
  return language.value === 'zh' ? zh : en;
}
