import { call, newKey } from '../http/api';
import type { CaseFile, ReportFile, Step } from '../http/contract';
import { claims } from '../cases/claiming';
import { board } from './board';
import type { BoardRow } from './rows';

export function pathOf(row: Pick<BoardRow, 'kind' | 'id' | 'number'>): string {
  return row.kind === 'case' ? `/cases/${row.id}` : `/reports/${row.number}`;
}

export async function answer(row: BoardRow): Promise<void> {
  if (!row.page) return;
  await call(`/api/pages/${row.page.id}/acknowledge`, { body: {}, key: newKey() });
  await board.reload();
}

/** Takes it at once where nothing has to be filled in; else answers where the form is. */
export async function claim(row: BoardRow): Promise<string | null> {
  const at = row.kind === 'case' ? `/api/cases/${row.id}` : `/api/reports/${row.number}`;
  const file = await call<CaseFile | ReportFile>(at);
  const step = file.steps?.find((one) => one.allowed && claims(one));
  if (!step) return pathOf(row);
  if (step.schema?.required?.length) return `${pathOf(row)}?step=${encodeURIComponent(step.step)}`;
  await call(stepPath(step, row), { body: {}, version: step.version, key: newKey() });
  await board.reload();
  return null;
}

/** Where a step is posted: to its own machine's object, or to the file it was offered on. */
export function stepPath(step: Step, row: Pick<BoardRow, 'kind' | 'id' | 'number'>): string {
  const name = encodeURIComponent(step.step);
  return row.kind === 'case' ? `/api/cases/${row.id}/steps/${name}` : `/api/reports/${row.number}/steps/${name}`;
}
