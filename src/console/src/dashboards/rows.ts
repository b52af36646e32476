import type {
  CaseFile,
  CaseRow,
  Clock,
  Page,
  PageState,
  Person,
  Summary,
  Triage,
  WaitingReport,
  Words,
} from '../http/contract';
import { called } from '../security/people';
import { faceOf, nearest, urgencyOf } from '../time/clock';
import { divisionOf } from '../words';

/** One line of the board: a case, or a report that waits without one. */
export interface BoardRow {
  key: string;
  kind: 'case' | 'report';
  id: string;
  number: string;
  triage: Triage;
  state: string;
  stage: string;
  version: number;
  division: string;
  divisionTitle: Words | null;
  at: string;
  summary: Summary | null;
  clocks: Clock[];
  page: RowPage | null;
  owner: Person | null;
  reportNumber: string | null;
  exercise: boolean;
}

export interface RowPage {
  id: string;
  state: string;
  attempts: number;
  role: string | null;
}

/** What the board is narrowed to. `show` is one of the counts in its head. */
export interface Filters {
  division: string;
  state: string;
  show: Show;
  mine: boolean;
  search: string;
}

export const SHOWS = ['unanswered', 'T1', 'T2', 'T3', 'T4', 'dueSoon', 'overdue', 'unclaimed', 'exercise'] as const;
export type Show = '' | (typeof SHOWS)[number];

const ENDED = ['Closed', 'TransferredOut', 'Unfounded'];

function pageOf(page: PageState | null | undefined): RowPage | null {
  if (!page) return null;
  const { id, state, attempts } = page;
  if (!Array.isArray(attempts)) return { id, state, attempts: attempts ?? 0, role: null };
  const sent = attempts.filter((attempt) => attempt.sentAt);
  return { id, state, attempts: sent.length, role: page.acknowledged?.role ?? sent.at(-1)?.role ?? null };
}

/** Of several pages the one that still rings counts, else the newest. */
function loudest(pages: readonly Page[] | undefined): Page | undefined {
  return pages?.find((page) => page.state === 'Ringing') ?? pages?.[0];
}

export function ofCase(row: CaseRow | CaseFile): BoardRow {
  return {
    key: `case/${row.id}`,
    kind: 'case',
    id: row.id,
    number: row.number,
    triage: row.triage,
    state: row.state,
    stage: row.stage,
    version: row.version,
    division: row.division,
    divisionTitle: row.divisionTitle ?? null,
    at: row.openedAt,
    summary: row.summary ?? null,
    clocks: row.clocks ?? [],
    page: pageOf(row.page ?? ('pages' in row ? loudest(row.pages) : null)),
    owner: row.owner ?? null,
    reportNumber: row.reportNumber ?? null,
    exercise: row.exercise === true,
  };
}

export function ofReport(row: WaitingReport): BoardRow {
  return {
    key: `report/${row.reportNumber}`,
    kind: 'report',
    id: row.id,
    number: row.reportNumber,
    triage: row.triage,
    state: row.state,
    stage: 'Report',
    version: row.version,
    division: row.division,
    divisionTitle: row.divisionTitle ?? null,
    at: row.receivedAt,
    summary: row.summary ?? null,
    clocks: row.clocks ?? [],
    page: pageOf(row.page),
    owner: row.owner ?? null,
    reportNumber: row.reportNumber,
    exercise: row.exercise === true,
  };
}

/** What is real first; then danger, the nearest clock, the newest. */
export function inOrder(rows: readonly BoardRow[]): BoardRow[] {
  return [...rows].sort(
    (a, b) =>
      Number(a.exercise) - Number(b.exercise) ||
      a.triage.localeCompare(b.triage) ||
      compare(dueOf(a), dueOf(b)) ||
      Date.parse(b.at) - Date.parse(a.at) ||
      a.key.localeCompare(b.key),
  );
}

// Infinity minus Infinity is no number, so plain subtraction will not do.
function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function dueOf(row: BoardRow): number {
  const clock = nearest(row.clocks);
  return clock ? urgencyOf(clock) : Number.POSITIVE_INFINITY;
}

export function ended(row: BoardRow): boolean {
  return ENDED.includes(row.state);
}

export function unanswered(row: BoardRow): boolean {
  return row.page !== null && /ring|idle/i.test(row.page.state) && !ended(row);
}

export function filtered(rows: readonly BoardRow[], filters: Filters, me: string | undefined, now: number): BoardRow[] {
  const wanted = filters.search.trim().toLowerCase();
  return rows.filter(
    (row) =>
      (filters.state ? row.state === filters.state : !ended(row)) &&
      (!filters.show || counts(row, filters.show, now)) &&
      (!filters.division || row.division.startsWith(filters.division)) &&
      (!filters.mine || (row.owner !== null && row.owner.name === me)) &&
      (!wanted || searchable(row).includes(wanted)),
  );
}

function searchable(row: BoardRow): string {
  return [row.number, row.reportNumber, row.summary?.place, divisionOf(row), row.owner?.name, called(row.owner?.name)]
    .filter(Boolean)
    .join(' ')
    .toLowerCase();
}

/** Figures are those of the real; exercises have one of their own. */
function counts(row: BoardRow, show: Show, now: number): boolean {
  if (row.exercise || show === 'exercise') return row.exercise && show === 'exercise';
  switch (show) {
    case 'unanswered':
      return unanswered(row);
    case 'unclaimed':
      return row.owner === null;
    case 'dueSoon':
      return row.clocks.some((clock) => faceOf(clock, now) === 'warn');
    case 'overdue':
      return row.clocks.some((clock) => faceOf(clock, now) === 'breached');
    default:
      return row.triage === show;
  }
}

export type Counts = Record<(typeof SHOWS)[number], number>;

export function countsOf(rows: readonly BoardRow[], now: number): Counts {
  const open = rows.filter((row) => !ended(row));
  return Object.fromEntries(SHOWS.map((show) => [show, open.filter((row) => counts(row, show, now)).length])) as Counts;
}
