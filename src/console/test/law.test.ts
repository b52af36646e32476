import { describe, expect, it } from 'vitest';
import { basisOf, markOf } from '../src/words/law';

describe('what a rule stands on', () => {
  it('is told in the reader’s language, without our planning papers', () => {
    const cited = 'domain 3.2 C12; MPL art.11(2), 17-19; MRO art.2: immediately on discovery';
    expect(basisOf(cited, 'law+', 'zh')).toBe(
      '《未成年人保护法》第11条第2款、第17至19条；《侵害未成年人案件强制报告制度意见》第2条',
    );
    expect(basisOf(cited, 'law+', 'en')).toBe(
      'Minors Protection Law art. 11(2), 17-19; Mandatory Reporting Opinions art. 2',
    );
  });

  it('says so where no law sets it', () => {
    expect(basisOf('domain 3.4: one person may raise', 'design', 'zh')).toBe('规程默认，非法定');
    expect(markOf('unc', 'zh')).toBe('待核实');
    expect(markOf('law+', 'zh')).toBe('');
  });
});
