/** The server's interface as this console reads it. Names and shapes follow the published v1 contract. */
export type Language = 'zh' | 'en';
export type Triage = 'T1' | 'T2' | 'T3' | 'T4';
export interface Words {
  zh: string;
  en: string;
}
/** Some texts come in both languages, some already in the reader's. */
export type Said = string | Words;
/** A reason names its guard beside the words. */
export type Why = string | (Words & { code?: string });

export interface Clock {
  code: string;
  name: Words;
  startedAt: string;
  warnAt?: string | null;
  dueAt?: string | null;
  state: 'Running' | 'Paused' | 'Met' | 'Breached';
  pausedReason?: string | null;
  mark?: string | null;
}

export interface Summary {
  grounds?: string[];
  category?: string | null;
  childSex?: string | null;
  childAge?: number | null;
  place?: string | null;
}

/** What the board needs of a page; attempts come as a number or in full. */
export interface PageState {
  id: string;
  state: string;
  attempts?: number | Attempt[];
  acknowledged?: { role: string; at: string; how: string } | null;
}

export interface Person {
  id?: string | null;
  name: string;
  role?: string | null;
}

/** What a case row and a waiting report share on the board. */
export interface CaseRow {
  id: string;
  number: string;
  stage: string;
  state: string;
  version: number;
  triage: Triage;
  division: string;
  divisionTitle?: Words | null;
  openedAt: string;
  summary?: Summary | null;
  clocks?: Clock[];
  page?: PageState | null;
  owner?: Person | null;
  reportNumber?: string | null;
  exercise?: boolean;
}

export interface WaitingReport {
  id: string;
  reportNumber: string;
  state: string;
  version: number;
  triage: Triage;
  division: string;
  divisionTitle?: Words | null;
  receivedAt: string;
  summary?: Summary | null;
  clocks?: Clock[];
  cases?: { id: string; number: string }[];
  page?: PageState | null;
  owner?: Person | null;
  exercise?: boolean;
}

export interface Option {
  const: string;
  title?: string;
  'x-title'?: Words;
}

export interface Schema {
  type?: string | string[];
  title?: string;
  'x-title'?: Words;
  description?: string;
  format?: string;
  enum?: string[];
  oneOf?: Option[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  maxLength?: number;
  minLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  'x-rules'?: Said[];
}

export interface Step {
  step: string;
  machine: string;
  trigger: string;
  target?: string | null;
  version: number;
  title: Words;
  allowed: boolean;
  why: Why[];
  schema?: Schema | null;
  /** The state it leads to, the clocks it starts, the documents it produces. */
  to?: string | null;
  starts?: Said[];
  documents?: Said[];
  law?: string | null;
  mark?: string | null;
}

export interface Attempt {
  role: string;
  channel: string;
  plannedAt: string;
  sentAt?: string | null;
  providerStatus?: string | null;
  deliveredAt?: string | null;
  answeredAt?: string | null;
  whyNot?: string | null;
  /** When the provider was last asked for it, because nothing had told its end. */
  askedAt?: string | null;
  /** Which gateway took it. */
  gateway?: string | null;
  /** A request's answer was lost: it may have arrived twice. */
  maybeDouble?: boolean | null;
  /** The role of whoever had this person rung beside the plan. */
  addedBy?: string | null;
  /** Until when it was held back, and why. */
  delayedUntil?: string | null;
  delayedWhy?: string | null;
  /** Of how many pages its message told. */
  bundled?: number | null;
}

export interface Page {
  id: string;
  reportNumber?: string | null;
  caseId?: string | null;
  callId?: string | null;
  debrief?: string | null;
  drill?: string | null;
  exercise?: boolean;
  state: string;
  triage?: Triage | null;
  startedAt?: string | null;
  why?: string | null;
  /** The clock whose breach it is. */
  clock?: string | null;
  nextRingAt?: string | null;
  acknowledged?: { role: string; at: string; how: string } | null;
  steps?: Step[];
  attempts?: Attempt[];
}

export interface Task {
  id: string;
  kind?: string;
  title?: Said;
  field?: string;
  state: string;
  /** A coordinated task in full. */
  task?: Assignment | null;
}

/** A task, a hand-over or a visit as the body that carries it out reads it: no more of the case than it needs. */
export interface Assignment {
  id: string;
  kind: 'task' | 'transfer' | 'visit';
  number: string;
  state: string;
  stateTitle: Words;
  version: number;
  triage: Triage;
  division: string;
  divisionTitle?: Words | null;
  whatTitle: Words;
  sender?: { id: string; name: Words } | null;
  receiver?: { id: string; name: Words } | null;
  isOpen: boolean;
  exercise?: boolean;
  openedAt: string;
  clocks: Clock[];
  /** Only for those who may read the case. */
  caseId?: string | null;
  payload?: { label: Words; value: unknown; sealed?: boolean }[];
  childSex?: string | null;
  childAge?: number | null;
  history?: TimelineEntry[];
  steps?: Step[];
}

export interface Link {
  id: string;
  number: string;
  kind?: string;
}

export interface CaseFile extends CaseRow {
  regions?: Record<string, string>;
  pages?: Page[];
  tasks?: Task[];
  transfers?: Assignment[];
  visits?: Assignment[];
  links?: Link[];
  reports?: Link[];
  danger?: Record<string, string>;
  facts?: Record<string, string>;
  steps?: Step[];
}

/** A call as lists show it: no number, no name, nothing that was said. */
export interface CallListed {
  id: string;
  number: string;
  state: string;
  stateTitle: Words;
  version: number;
  divisionTitle?: Words | null;
  receivedAt: string;
  answeredAt?: string | null;
  withheld: boolean;
  repeat: boolean;
  isText: boolean;
  quiet: boolean;
  outcome?: string | null;
  callBacks: number;
  recorded: boolean;
  isOpen: boolean;
  clocks?: Clock[];
  led: Link[];
  exercise: boolean;
}

export interface CallFile extends CallListed {
  takenBy?: Person | null;
  others: CallListed[];
  trace: TimelineEntry[];
  steps?: Step[];
}

export interface TimelineEntry {
  seq?: number;
  version?: number;
  of?: string;
  at: string;
  type: string;
  title: Words;
  by?: { name?: string | null; role?: string | null; roleTitle?: Words | null } | null;
  rule?: { machine: string; trigger: string; law?: string | null; mark?: string | null } | null;
  fields?: { label: Words; value: unknown; sealed?: boolean }[];
}

export interface Message {
  id: string;
  text?: string | null;
  at: string;
  fromReporter?: boolean;
  kind?: string | null;
  instruction?: string | null;
  confirmedAt?: string | null;
}

export interface Feedback {
  at: string;
  kind?: string;
  zh?: string;
  en?: string;
  text?: string | null;
}

export interface ReportFile {
  exercise?: boolean;
  id?: string;
  reportNumber: string;
  state: string;
  receivedAt: string;
  contentHash?: string;
  instructions?: Message[];
  feedback?: Feedback[];
  policeReceiptNo?: string | null;
  warnings?: Said[];
  version?: number;
  triage?: Triage;
  division?: string;
  divisionTitle?: Words | null;
  summary?: Summary | null;
  clocks?: Clock[];
  cases?: { id: string; number: string }[];
  pages?: Page[];
  steps?: Step[];
  triageWhy?: string[];
  childLeavesAt?: string | null;
  policeNotified?: boolean | null;
  danger?: Record<string, string>;
  /** What was written, by field, as far as the reader may see it. */
  content?: Record<string, string | null>;
  attachments?: { id: string; mediaType: string; bytes: number; sha256: string; name?: string | null; at: string }[];
  duplicates?: { reportNumber: string; case?: string | null; caseNumber?: string | null; reasons: Said[] }[];
}

export interface Receipt {
  exercise?: boolean;
  reportNumber: string;
  receivedAt: string;
  triage: Triage;
  contentHash: string;
  cases?: { id: string; number: string; child?: number }[];
  clocks?: Clock[];
  warnings?: Said[];
  lookupCode?: string | null;
}

export interface Listed<T> {
  items: T[];
  cursor?: string | null;
}

export interface Me {
  user: string;
  roles: string[];
  division: string;
  divisionTitle?: Words | null;
  organisation?: unknown;
  displayName?: string;
  now?: string;
  /** In a demo: where its telephones can be looked at. */
  phones?: string | null;
}

export interface Change {
  kind:
    | 'report'
    | 'case'
    | 'call'
    | 'task'
    | 'transfer'
    | 'visit'
    | 'page'
    | 'roster'
    | 'handover'
    | 'log'
    | 'debrief'
    | 'drill';
  id: string;
  version: number;
  triage?: Triage | null;
  state?: string | null;
}

export interface ChangeBatch {
  cursor: string;
  changes: Change[];
  more?: boolean;
}

export interface OnDuty {
  id: string;
  name: string;
}

export interface Watch {
  from: string;
  until: string;
  people: OnDuty[];
}

/** Who is on duty of one roster now and next, and the times nobody is. */
export interface DutyPost {
  roster: string;
  division: string;
  role: string;
  now: OnDuty[];
  /** The shift before, until its hand-over is signed. */
  held: OnDuty[];
  next?: Watch | null;
  gaps: Watch[];
}

/** A message of a page that does not get out. */
export interface Delivery {
  id: string;
  channel: string;
  attempts: number;
  why?: string | null;
  retryAt?: string | null;
  page: string;
  reportNumber?: string | null;
  exercise?: boolean;
}

/** A communication drill in the list. */
export interface Drill {
  id: string;
  state: string;
  division: string;
  roster?: string | null;
  role?: string | null;
  onDuty: boolean;
  channels: string[];
  at: string;
  repeats: boolean;
  startedAt?: string | null;
  people: number;
  rung: number;
  answered: number;
  /** How many channels it took. */
  off: number;
}

/** How one person fared; seconds from the start of their page to the answer. */
export interface Drilled {
  person: OnDuty;
  role: string;
  outcome: string;
  channel?: string | null;
  at?: string | null;
  seconds?: number | null;
  whyNot?: string | null;
  channels: { channel: string; outcome: string; whyNot?: string | null }[];
  off: string[];
}

export interface DrillReport {
  drill: Drill;
  /** What may be done now: start, cancel. */
  steps: string[];
  channels: { channel: string; tried: number; answered: number; delivered: number; failed: number }[];
  people: Drilled[];
}

/** Somebody of the duty who could be rung in another's place. */
export interface DeliveryTarget {
  id: string;
  name: string;
  role: string;
}

/** How the house itself does. */
export interface OperationsView {
  lookedAt?: string | null;
  allWell?: boolean | null;
  overdue: { kind: string; count: number; oldest: string }[];
  outside: { configured: boolean; heardAt?: string | null };
  deliveries: Delivery[];
  alarms: AlarmBudget;
}

/** Who was rung how often, beside what a person can take. */
export interface AlarmBudget {
  alarms: number;
  withinMinutes: number;
  overrunMinutes: number;
  people: { person: string; name: string; role: string; recent: number; longer: number; overrun: boolean }[];
}

interface Window {
  id: string;
  from: string;
  until: string;
}

/** A shift of each week; days from 1 Monday to 7 Sunday, an end at or before the start lies on the next day. */
export interface WeeklyShift {
  person: string;
  days: number[];
  from: string;
  to: string;
  only?: string | null;
}

/** A shift that people take in turn, each for so many days. */
export interface Rotation {
  people: string[];
  starts: string;
  daysEach: number;
  from: string;
  to: string;
  only?: string | null;
}

/** A roster with whatever of it is not over yet. */
export interface Roster {
  id: string;
  version: number;
  division: string;
  role: string;
  timeZone: string;
  shifts: WeeklyShift[];
  rotations: Rotation[];
  overrides: (Window & { person: string; others?: string[] })[];
  absences: (Window & { person: string })[];
  swaps: (Window & {
    giver: string;
    taker: string;
    backFrom?: string | null;
    backUntil?: string | null;
    state: string;
  })[];
  people: (OnDuty & { user: string })[];
  gaps: Watch[];
}

/** A member of staff, as far as duty goes. */
export interface DutyPerson {
  id: string;
  user: string;
  name: string;
  roles: string[];
  hasNumber: boolean;
  verified: boolean;
  trainedOn?: string | null;
  trained: boolean;
  smsOff?: string | null;
  callOff?: string | null;
}

/** A look back on a case that was an emergency, or in which a child died. */
export interface Debrief {
  id: string;
  version: number;
  state: string;
  stateTitle: Words;
  caseNumber: string;
  why: string;
  clocks: Clock[];
  heldAt?: string | null;
  heldBy?: string | null;
  exercise: boolean;
  words?: { label: Words; value?: string | null }[] | null;
  steps?: Step[] | null;
}

export interface BriefingItem {
  kind: 'case' | 'transfer' | 'promise' | 'call' | 'page';
  id: string;
  number: string;
  state: string;
  exercise?: boolean;
  triage?: Triage | null;
  dueAt?: string | null;
}

export interface HandOver {
  id: string;
  state: string;
  outgoing: (OnDuty & { user: string })[];
  incoming: (OnDuty & { user: string })[];
  signBy: string;
  signatures: { side: string; name: string; role: string; at: string }[];
  briefing?: BriefingItem[] | null;
}

export interface LogEntry {
  id: string;
  kind: string;
  state: string;
  at: string;
  by: string;
  text?: string | null;
  outlet?: string | null;
  asker?: string | null;
  answers?: string | null;
  dueAt?: string | null;
  doneBy?: string | null;
}
