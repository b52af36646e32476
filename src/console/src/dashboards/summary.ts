import type { BoardRow } from './rows';
import { divisionOf, named, words } from '../words';

/** Where it is: often the division itself, whose name the reader's language has. */
export function placeOf(row: BoardRow): string {
  const place = row.summary?.place ?? '';
  return place === row.divisionTitle?.zh ? divisionOf(row) : place;
}

/** One line without a name in it: place, who, what. */
export function summaryOf(row: BoardRow): string {
  const told = words.value;
  const summary = row.summary;
  if (!summary) return told.unknown;
  const sex =
    summary.childSex === 'Unknown'
      ? told.board.sexUnknown
      : summary.childSex
        ? named(told.sexes, summary.childSex)
        : '';
  const age = typeof summary.childAge === 'number' ? told.board.age(summary.childAge) : '';
  const child = [sex, age].filter(Boolean).join(' ');
  const grounds = (summary.grounds ?? []).map((ground) => named(told.groundShort, ground)).join(told.comma);
  const what = grounds || (summary.category ? named(told.categories, summary.category) : '');
  return [placeOf(row), child, what].filter(Boolean).join(' · ') || told.unknown;
}
