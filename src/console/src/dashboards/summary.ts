import type { BoardRow } from './rows';
import { named, words } from '../words';

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
  return [summary.place, child, what].filter(Boolean).join(' · ') || told.unknown;
}
