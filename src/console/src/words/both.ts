import type { Language } from '../http/contract';

/** A text in both languages, or what makes one of a few values. */
export interface Both<T> {
  zh: T;
  en: T;
}

/** Identifiers with their words. */
export type Names = Record<string, Both<string>>;

/** Neither language is written without the other. */
export function both(zh: string, en: string): Both<string>;
export function both<V extends unknown[]>(zh: (...values: V) => string, en: (...values: V) => string): Both<typeof zh>;
export function both<T>(zh: T, en: T): Both<T> {
  return { zh, en };
}

/** A room's words as one reader wants them. */
export type Told<R> = { [K in keyof R]: R[K] extends Both<infer T> ? T : Told<R[K]> };

const isText = (one: object): one is Both<unknown> => 'zh' in one;

export function told<R extends object>(room: R, language: Language): Told<R> {
  const entries = Object.entries(room as Record<string, object>);
  return Object.fromEntries(
    entries.map(([key, one]) => [key, isText(one) ? one[language] : told(one, language)]),
  ) as Told<R>;
}
