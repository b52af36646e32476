import type { Said } from '../http/contract';
import { say } from '../words';

interface FieldError {
  field?: string;
  zh?: string;
  en?: string;
  code?: string;
}

/** Field errors of a 422: a list of `{field, zh, en}`, or words by field name. */
export function errorsOf(errors: unknown): Record<string, string> {
  if (Array.isArray(errors)) {
    const named = (errors as FieldError[]).map((one) => [plain(one.field ?? ''), spoken(one)] as const);
    return Object.fromEntries(named.filter(([field]) => field !== ''));
  }
  if (typeof errors !== 'object' || errors === null) return {};
  return Object.fromEntries(Object.entries(errors).map(([name, text]) => [plain(name), spoken(text)]));
}

/** `name`, `/name` and `$.name` mean the same field. */
const plain = (name: string): string => name.replace(/^[$./]+/, '');

function spoken(text: unknown): string {
  if (Array.isArray(text)) return text.map(spoken).join(' ');
  if (typeof text === 'object' && text !== null && !('zh' in text) && 'code' in text) return String(text.code);
  return say(text as Said);
}
