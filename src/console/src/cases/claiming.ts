import type { Step } from '../http/contract';

/** The steps by which somebody takes a matter into their hands. */
const CLAIMING = ['case.TakeOver', 'report.TakeForScreening'];

/** A step of a linked file carries its target behind an @. */
export function claims(step: Step): boolean {
  return CLAIMING.includes(`${step.machine}.${step.trigger}`);
}
