import { describe, expect, it } from 'vitest';
import { bodyOf, faultsOf, fieldsOf } from '../src/cases/schema';
import { errorsOf } from '../src/cases/errors';
import type { Schema } from '../src/http/contract';

const both = (zh: string, en: string) => ({ zh, en });
const choice = (value: string) => ({ const: value, title: value, 'x-title': both(value, value) });

const schema: Schema = {
  type: 'object',
  properties: {
    reason: { type: 'string', maxLength: 50, 'x-title': both('理由', 'Reason') },
    account: { type: 'string', maxLength: 2000 },
    seenAt: { type: 'string', format: 'date-time' },
    places: { type: 'array', items: { type: 'string', oneOf: [choice('AtHome'), choice('Hospital')] } },
    count: { type: 'integer', minimum: 1, maximum: 5 },
    treated: { type: 'boolean' },
    body: { type: 'string', enum: ['Police', 'Education'] },
    lifeThreat: { type: 'string', oneOf: [choice('yes'), choice('no'), choice('unknown')] },
  },
  required: ['reason', 'lifeThreat'],
};

describe('a form made from a schema', () => {
  const fields = fieldsOf(schema);

  it('asks the danger questions first', () => {
    expect(fields[0]?.name).toBe('lifeThreat');
  });

  it('takes the fitting control for each type', () => {
    expect(Object.fromEntries(fields.map((field) => [field.name, field.kind]))).toEqual({
      lifeThreat: 'answer',
      reason: 'text',
      account: 'long',
      seenAt: 'moment',
      places: 'choices',
      count: 'integer',
      treated: 'boolean',
      body: 'choice',
    });
  });

  it('sends typed values and leaves out what nobody filled in', () => {
    const values = {
      reason: ' 有新情况 ',
      seenAt: '2026-11-21 08:55',
      places: ['Hospital'],
      count: '3',
      treated: 'false',
      lifeThreat: 'unknown',
      account: '   ',
    };
    expect(bodyOf(fields, values)).toEqual({
      reason: '有新情况',
      seenAt: '2026-11-21T08:55:00+08:00',
      places: ['Hospital'],
      count: 3,
      treated: false,
      lifeThreat: 'unknown',
    });
  });

  it('says what is wrong before anything is sent', () => {
    const faults = faultsOf(fields, { reason: 'x'.repeat(51), seenAt: '21.11.2026', count: '9' });
    expect(faults).toEqual({
      lifeThreat: { is: 'missing' },
      reason: { is: 'long', max: 50 },
      seenAt: { is: 'date' },
      count: { is: 'range', least: 1, most: 5 },
    });
  });

  it('of nothing has no fields', () => {
    expect(fieldsOf(null)).toEqual([]);
    expect(bodyOf([], {})).toEqual({});
  });
});

describe('field errors of the server', () => {
  it('are read as a list and by name', () => {
    expect(errorsOf([{ field: 'reason', code: 'required', zh: '必填', en: 'Required' }])).toEqual({ reason: '必填' });
    expect(errorsOf({ '/reason': ['必填', '太短'] })).toEqual({ reason: '必填 太短' });
    expect(errorsOf(undefined)).toEqual({});
  });
});
