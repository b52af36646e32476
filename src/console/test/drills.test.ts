import { describe, expect, it } from 'vitest';
import { bodyOf, inOrder, lasting, NEW_DRILL } from '../src/duty/drills';
import type { Drilled } from '../src/http/contract';

const person = (name: string, outcome: string): Drilled => ({
  person: { id: name, name },
  role: 'DutyOfficer',
  outcome,
  channels: [],
  off: [],
});

describe('a drill', () => {
  it('asks for everybody by both channels, now, unless something else was chosen', () => {
    expect(bodyOf(NEW_DRILL)).toEqual({ who: 'Everyone', channels: ['sms', 'call'], repeat: false });
    expect(bodyOf({ ...NEW_DRILL, whom: 'role:DutyOfficer', onDuty: true, sms: false, repeat: true })).toEqual({
      role: 'DutyOfficer',
      who: 'OnDuty',
      channels: ['call'],
      repeat: true,
    });
    expect(bodyOf({ ...NEW_DRILL, whom: 'roster:r1', at: '2026-11-23 10:00' })).toMatchObject({
      roster: 'r1',
      at: '2026-11-23T10:00:00+08:00',
    });
  });

  it('sends a time that it cannot read as it was typed, so that the server says so', () => {
    expect(bodyOf({ ...NEW_DRILL, at: 'soon' })).toMatchObject({ at: 'soon' });
  });

  it('shows first whom it did not reach', () => {
    const told = inOrder([person('a', 'answered'), person('b', 'delivered'), person('c', 'not-reached')]);
    expect(told.map((one) => one.person.name)).toEqual(['c', 'b', 'a']);
  });

  it('tells seconds as people read them', () => expect(lasting(125)).toBe('2′05″'));
});
