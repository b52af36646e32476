import { isEmpty, type Values } from './schema';

/** A step's form as it is being filled in, with the key under which it will be sent. */
export interface TypedStep {
  key: string;
  values: Values;
}

export const draftOf = (path: string): string => `step.${path}`;

export function begun(typed: TypedStep): boolean {
  return Object.values(typed.values).some((value) => !isEmpty(value));
}
