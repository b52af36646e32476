import type { ReportFile } from '../http/contract';
import { divisionOf, named, say, words } from '../words';
import { typed } from '../time/moment';
import { titleOf } from '../cases/workflow';
import { contentOf } from './content';

export interface Compared {
  label: string;
  here: string;
  there: string;
  same: boolean;
}

/** Two reports line by line: what is the same, what differs, and what one of them does not say. */
export function compared(here: ReportFile, there: ReportFile): Compared[] {
  const one = traits(here);
  const other = traits(there);
  return [...new Set([...one.keys(), ...other.keys()])].map((label) => {
    const [a, b] = [one.get(label) ?? '', other.get(label) ?? ''];
    return { label, here: a || words.value.unknown, there: b || words.value.unknown, same: a !== '' && a === b };
  });
}

function traits(report: ReportFile): Map<string, string> {
  const told = words.value;
  const { summary } = report;
  const list = (names: Record<string, string>, found: string[] | undefined): string =>
    (found ?? []).map((one) => named(names, one)).join(told.comma);
  const dangers = Object.entries(report.danger ?? {})
    .filter(([, answer]) => answer === 'yes')
    .map(([question]) => question);
  return new Map([
    [told.report.receivedAt, typed(report.receivedAt)],
    [told.board.state, say(titleOf('report', report.state)) || named(told.states, report.state)],
    [told.board.division, divisionOf(report)],
    [told.form.sex, summary?.childSex ? named(told.sexes, summary.childSex) : ''],
    [told.form.age, typeof summary?.childAge === 'number' ? told.board.age(summary.childAge) : ''],
    [told.form.category, summary?.category ? named(told.categories, summary.category) : ''],
    [told.fields.grounds ?? '', list(told.groundShort, summary?.grounds)],
    [told.caseFile.danger, list(told.dangers, dangers)],
    ...contentOf(report).map(({ label, text }) => [label, text] as [string, string]),
  ]);
}
