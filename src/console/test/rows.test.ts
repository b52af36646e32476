import { describe, expect, it } from 'vitest';
import { countsOf, filtered, inOrder, ofCase, ofReport, unanswered, type BoardRow } from '../src/dashboards/rows';
import type { CaseRow, Triage } from '../src/http/contract';

const NOW = Date.parse('2026-11-21T09:00:00+08:00');

function row(number: string, triage: Triage, dueInMinutes: number | null, changes: Partial<CaseRow> = {}): BoardRow {
  const dueAt = dueInMinutes === null ? null : new Date(NOW + dueInMinutes * 60_000).toISOString();
  return ofCase({
    id: number,
    number,
    triage,
    stage: 'EmergencyResponse',
    state: 'EmergencyResponse',
    version: 1,
    division: '440199001',
    openedAt: '2026-11-21T08:55:00+08:00',
    clocks: dueAt ? [{ code: 'c', name: { zh: '时限', en: 'Clock' }, startedAt: dueAt, dueAt, state: 'Running' }] : [],
    ...changes,
  });
}

const rawCase: CaseRow = {
  id: 'c',
  number: '440199-26-000001',
  triage: 'T1',
  stage: 'EmergencyResponse',
  state: 'EmergencyResponse',
  version: 1,
  division: '440199',
  openedAt: '2026-11-21T08:55:00+08:00',
};

const NO_FILTERS = { division: '', state: '', show: '' as const, mine: false, search: '' };

describe('the board', () => {
  it('puts danger first, then the nearest clock, then the newest', () => {
    const rows = [
      row('far', 'T2', 60),
      row('calm', 'T4', 1),
      row('near', 'T2', 5),
      row('none', 'T2', null),
      row('danger', 'T1', 90),
      row('newer', 'T2', null, { openedAt: '2026-11-21T08:59:00+08:00' }),
    ];
    expect(inOrder(rows).map((one) => one.number)).toEqual(['danger', 'near', 'far', 'newer', 'none', 'calm']);
  });

  it('hides what has ended until somebody asks for it', () => {
    const rows = [row('open', 'T3', 5), row('closed', 'T3', null, { state: 'Closed' })];
    expect(filtered(rows, NO_FILTERS, 'duty', NOW).map((one) => one.number)).toEqual(['open']);
    expect(filtered(rows, { ...NO_FILTERS, state: 'Closed' }, 'duty', NOW).map((one) => one.number)).toEqual([
      'closed',
    ]);
  });

  it('narrows by division, owner and words', () => {
    const rows = [
      row('440199-26-1', 'T2', 5, { owner: { name: 'duty' }, summary: { place: '试点县人民医院' } }),
      row('440199-26-2', 'T2', 5, { division: '440199002' }),
    ];
    expect(filtered(rows, { ...NO_FILTERS, mine: true }, 'duty', NOW)).toHaveLength(1);
    expect(filtered(rows, { ...NO_FILTERS, search: '人民医院' }, 'duty', NOW)).toHaveLength(1);
    expect(filtered(rows, { ...NO_FILTERS, division: '440199002' }, 'duty', NOW)[0]?.number).toBe('440199-26-2');
  });

  it('knows a page that nobody answered, and how often it was tried', () => {
    const attempt = { role: 'DutyOfficer', channel: 'Sms', plannedAt: '2026-11-21T08:55:00+08:00' };
    const attempts = [{ ...attempt, sentAt: '2026-11-21T08:55:01+08:00' }, attempt];
    const ringing = row('ringing', 'T1', 5, { page: { id: 'p', state: 'Ringing', attempts } });
    expect(unanswered(ringing)).toBe(true);
    expect(ringing.page).toEqual({ id: 'p', state: 'Ringing', attempts: 1, role: 'DutyOfficer' });
    expect(unanswered(row('answered', 'T1', 5, { page: { id: 'p', state: 'Acknowledged', attempts: 2 } }))).toBe(false);
  });

  it('of several pages shows the one that still rings', () => {
    const page = (id: string, state: string) => ({ id, state, attempts: [] });
    const file = { ...rawCase, pages: [page('newest', 'Acknowledged'), page('older', 'Ringing')] };
    expect(ofCase(file).page?.id).toBe('older');
  });

  it('counts what a tired person must know first', () => {
    const rows = [
      row('a', 'T1', -3, { page: { id: 'p', state: 'Ringing', attempts: 1 } }),
      row('b', 'T2', 30),
      row('c', 'T1', null, { state: 'Closed' }),
    ];
    expect(countsOf(rows, NOW)).toMatchObject({ unanswered: 1, T1: 1, T2: 1, dueSoon: 0, overdue: 1 });
  });

  it('shows a waiting report like a case', () => {
    const report = ofReport({
      id: 'r',
      reportNumber: 'R-8F2K',
      state: 'Received',
      version: 2,
      triage: 'T3',
      division: '440199',
      receivedAt: '2026-11-21T08:50:00+08:00',
    });
    expect(report).toMatchObject({
      key: 'report/R-8F2K',
      kind: 'report',
      number: 'R-8F2K',
      stage: 'Report',
      clocks: [],
    });
  });
});

describe('an exercise on the board', () => {
  it('stands below everything real, and is kept out of every count but their own', () => {
    const rows = [row('drawn', 'T1', 1, { exercise: true }), row('real', 'T4', null)];
    expect(inOrder(rows).map((one) => one.number)).toEqual(['real', 'drawn']);
    const counts = countsOf(rows, NOW);
    expect([counts.T1, counts.T4, counts.exercise, counts.unclaimed]).toEqual([0, 1, 1, 1]);
    expect(filtered(rows, { ...NO_FILTERS, show: 'exercise' }, 'duty', NOW).map((one) => one.number)).toEqual([
      'drawn',
    ]);
  });
});
