import type { TimelineEntry } from '../http/contract';

export const keyOf = (entry: TimelineEntry): string =>
  `${entry.of ?? ''}/${entry.seq ?? ''}/${entry.version ?? ''}/${entry.type}`;

const placeOf = (entry: TimelineEntry): number => entry.seq ?? entry.version ?? 0;

export const newestFirst = (a: TimelineEntry, b: TimelineEntry): number =>
  Date.parse(b.at) - Date.parse(a.at) || placeOf(b) - placeOf(a);
