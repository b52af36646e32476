import { newKey } from '../http/api';
import { isDate } from '../cases/schema';
import { toIso } from '../time/moment';

export interface ChildDraft {
  name: string;
  sex: string;
  age: string;
  birthDate: string;
  school: string;
  injuries: InjuryDraft[];
}

export interface InjuryDraft {
  bodyPart: string;
  type: string;
  sizeCm: string;
  age: string;
  causeSaid: string;
}

export interface SuspectDraft {
  name: string;
  relation: string;
  access: string;
  worksHere: boolean;
}

/** A report as it is being written: texts as typed, empty means not asked. */
export interface Draft {
  key: string;
  page: number;
  dangers: Record<string, string>;
  children: ChildDraft[];
  place: string;
  division: string;
  grounds: string[];
  category: string;
  situation: string;
  discoveredAt: string;
  suspects: SuspectDraft[];
  leavesAt: string;
  mustNotKnow: boolean;
  obstructedBy: string;
  policeTold: string;
  policeReceiptNo: string;
  anonymous: boolean;
  name: string;
  phone: string;
  feedback: string;
  safeContact: string;
}

export const emptyChild = (): ChildDraft => ({ name: '', sex: '', age: '', birthDate: '', school: '', injuries: [] });
export const emptySuspect = (): SuspectDraft => ({ name: '', relation: '', access: '', worksHere: false });
export const emptyInjury = (bodyPart: string): InjuryDraft => ({
  bodyPart,
  type: '',
  sizeCm: '',
  age: '',
  causeSaid: '',
});

export const emptyDraft = (): Draft => ({
  key: newKey(),
  page: 0,
  dangers: {},
  children: [emptyChild()],
  place: '',
  division: '',
  grounds: [],
  category: '',
  situation: '',
  discoveredAt: '',
  suspects: [emptySuspect()],
  leavesAt: '',
  mustNotKnow: false,
  obstructedBy: '',
  policeTold: '',
  policeReceiptNo: '',
  anonymous: false,
  name: '',
  phone: '',
  feedback: '',
  safeContact: '',
});

/** Something reportable: a text, a ground or a danger answer. */
export function reportable(draft: Draft): boolean {
  return (
    draft.situation.trim() !== '' ||
    draft.grounds.length > 0 ||
    Object.values(draft.dangers).some((answer) => answer !== '')
  );
}

/** Whether anything was written yet; where one stands and what was filled in by itself does not count. */
export function begun(draft: Draft): boolean {
  const empty = emptyDraft();
  return (
    JSON.stringify(draft) !== JSON.stringify({ ...empty, key: draft.key, page: draft.page, division: draft.division })
  );
}

const orNull = (text: string): string | null => text.trim() || null;
/** A time nobody can read is sent as it was typed: the server keeps it aside, and somebody asks. */
const timeOrText = (text: string): string | null => (text.trim() ? (toIso(text) ?? text.trim()) : null);

function childOf(child: ChildDraft): Record<string, unknown> {
  return {
    name: orNull(child.name),
    sex: orNull(child.sex),
    birthDate: isDate(child.birthDate.trim()) ? child.birthDate.trim() : orNull(child.birthDate),
    ageEstimate: /^\d{1,2}$/.test(child.age.trim()) ? Number(child.age) : orNull(child.age),
    school: orNull(child.school),
    injuryFindings: child.injuries.map((injury) => ({
      bodyPart: injury.bodyPart,
      type: orNull(injury.type),
      sizeCm: /^\d+([.]\d+)?$/.test(injury.sizeCm.trim()) ? Number(injury.sizeCm) : orNull(injury.sizeCm),
      age: orNull(injury.age),
      causeSaid: orNull(injury.causeSaid),
    })),
  };
}

const written = (child: ChildDraft): boolean => JSON.stringify(child) !== JSON.stringify(emptyChild());
const suspected = (suspect: SuspectDraft): boolean => JSON.stringify(suspect) !== JSON.stringify(emptySuspect());

/** The body of the report as the contract has it. */
export function bodyOf(draft: Draft, kind: 'Mandatory' | 'Voluntary'): Record<string, unknown> {
  // The first child stays even when nothing is known of it: a report is about somebody.
  const children = draft.children.filter((child, place) => place === 0 || written(child));
  const named = !draft.anonymous;
  return {
    channel: 'Web',
    reportKind: kind,
    category: orNull(draft.category),
    grounds: draft.grounds,
    discoveredAt: timeOrText(draft.discoveredAt),
    locationDivision: orNull(draft.division),
    locationText: orNull(draft.place),
    situationText: orNull(draft.situation),
    immediateDanger: Object.fromEntries(Object.entries(draft.dangers).filter(([, answer]) => answer !== '')),
    children: children.map(childOf),
    suspects: draft.suspects.filter(suspected).map((suspect) => ({
      name: orNull(suspect.name),
      relation: orNull(suspect.relation),
      accessToChildNow: orNull(suspect.access),
      children: children.map((_, place) => place),
      worksAtReportersUnit: suspect.worksHere,
    })),
    childLeavesAt: timeOrText(draft.leavesAt),
    myUnitMustNotKnow: draft.mustNotKnow,
    obstructedBy: orNull(draft.obstructedBy),
    policeNotified: draft.policeTold === '' ? null : draft.policeTold === 'yes',
    policeReceiptNo: orNull(draft.policeReceiptNo),
    anonymous: draft.anonymous,
    reporter: {
      name: named ? orNull(draft.name) : null,
      phone: named ? orNull(draft.phone) : null,
      feedbackChannel: orNull(draft.feedback),
      safeContact: orNull(draft.safeContact),
    },
  };
}
