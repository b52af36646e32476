import { describe, expect, it } from 'vitest';
import { begun, bodyOf, emptyChild, emptyDraft, emptyInjury, reportable } from '../src/intake/draft';

describe('a report being written', () => {
  it('is reportable with one text, one ground or one danger answer', () => {
    expect(reportable(emptyDraft())).toBe(false);
    expect(reportable({ ...emptyDraft(), situation: '听到哭喊' })).toBe(true);
    expect(reportable({ ...emptyDraft(), grounds: ['SeveralInjuries'] })).toBe(true);
    expect(reportable({ ...emptyDraft(), dangers: { lifeThreat: 'unknown' } })).toBe(true);
  });

  it('leaves unasked questions out and keeps unknown as an answer', () => {
    const draft = { ...emptyDraft(), dangers: { lifeThreat: 'unknown', selfHarm: '' } };
    expect(bodyOf(draft, 'Mandatory')).toMatchObject({
      channel: 'Web',
      reportKind: 'Mandatory',
      immediateDanger: { lifeThreat: 'unknown' },
      children: [{ name: null, ageEstimate: null }],
      suspects: [],
    });
    expect(bodyOf(draft, 'Mandatory').immediateDanger).toEqual({ lifeThreat: 'unknown' });
  });

  it('sends what it cannot read as it was typed, for somebody to ask', () => {
    const draft = emptyDraft();
    draft.leavesAt = '放学以后';
    draft.children = [{ ...emptyChild(), age: '五岁', injuries: [{ ...emptyInjury('LeftUpperArm'), sizeCm: '3' }] }];
    expect(bodyOf(draft, 'Mandatory')).toMatchObject({
      childLeavesAt: '放学以后',
      children: [{ ageEstimate: '五岁', injuryFindings: [{ bodyPart: 'LeftUpperArm', sizeCm: 3 }] }],
    });
  });

  it('without a name carries neither name nor telephone', () => {
    const draft = { ...emptyDraft(), anonymous: true, name: '某人', phone: '13800000000' };
    expect(bodyOf(draft, 'Voluntary')).toMatchObject({ anonymous: true, reporter: { name: null, phone: null } });
  });

  it('counts as begun only when something was written', () => {
    expect(begun({ ...emptyDraft(), page: 3, division: '440199' })).toBe(false);
    expect(begun({ ...emptyDraft(), place: '学校门口' })).toBe(true);
  });
});
