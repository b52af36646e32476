import type { CallListed } from '../http/contract';
import { named, words } from '../words';

/** What is worth knowing of a call at a glance: never who it was. */
export function marksOf(call: CallListed): string[] {
  const told = words.value.calls;
  return [
    call.exercise ? words.value.exercise : '',
    call.withheld ? told.withheld : '',
    call.isText ? told.text : '',
    call.quiet ? told.quiet : '',
    call.repeat ? told.repeat : '',
    call.recorded ? told.recorded : '',
    call.callBacks ? told.backs(call.callBacks) : '',
    call.outcome ? named(words.value.callOutcomes, call.outcome) : '',
  ].filter(Boolean);
}

/** Where what a call led to is read. */
export function pathOfLed(link: { id: string; number: string; kind?: string }): string {
  if (link.kind === 'report') return `/reports/${link.number}`;
  return link.kind === 'case' ? `/cases/${link.id}` : `/calls/${link.id}`;
}
