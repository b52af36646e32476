import type { Language } from '../http/contract';

/** The laws a pack cites, by the tag it uses for them. */
const LAWS: Record<string, { zh: string; en: string }> = {
  MPL: { zh: '《未成年人保护法》', en: 'Minors Protection Law' },
  DVL: { zh: '《反家庭暴力法》', en: 'Anti-Domestic Violence Law' },
  CC: { zh: '《民法典》', en: 'Civil Code' },
  'Civil Code': { zh: '《民法典》', en: 'Civil Code' },
  PIPL: { zh: '《个人信息保护法》', en: 'Personal Information Protection Law' },
  FEPL: { zh: '《家庭教育促进法》', en: 'Family Education Promotion Law' },
  PJDL: { zh: '《预防未成年人犯罪法》', en: 'Prevention of Juvenile Delinquency Law' },
  MRO: { zh: '《侵害未成年人案件强制报告制度意见》', en: 'Mandatory Reporting Opinions' },
  GIO: { zh: '《监护人侵害未成年人权益行为处理意见》', en: 'Guardian Infringement Opinions' },
  SC13: { zh: '国发〔2016〕13号', en: 'State Council [2016] 13' },
  SC36: { zh: '国发〔2016〕36号', en: 'State Council [2016] 36' },
  MCA34: { zh: '民发〔2019〕34号', en: 'Civil Affairs [2019] 34' },
  MCA158: { zh: '民发〔2015〕158号', en: 'Civil Affairs [2015] 158' },
  MCA159: { zh: '民发〔2015〕159号', en: 'Civil Affairs [2015] 159' },
  ADR: { zh: '《中国公民收养子女登记办法》', en: 'Adoption Registration Measures' },
  VAG: { zh: '《城市生活无着的流浪乞讨人员救助管理办法》', en: 'Relief Measures for Vagrants' },
  MIG: { zh: '《加强流动儿童关爱保护行动方案》', en: 'Migrant Children Action Plan' },
  SHR: { zh: '《上海市未成年人保护条例》', en: 'Shanghai Minors Protection Regulations' },
};

/** How sure a value or rule is; what no law sets must say so. */
const MARKS: Record<string, { zh: string; en: string }> = {
  design: { zh: '规程默认，非法定', en: 'default, not set by law' },
  seed: { zh: '试点方案', en: 'pilot plan' },
  web: { zh: '网上资料，待核实', en: 'from the web, to be checked' },
  unc: { zh: '待核实', en: 'to be checked' },
};

const TAGS = Object.keys(LAWS)
  .sort((a, b) => b.length - a.length)
  .join('|');
const CITED = new RegExp(`\\b(${TAGS})\\b(?:\\s*art\\.\\s*([\\d()\\-, ]*[\\d)]))?`, 'g');

/** `11(2), 17-19` as 第11条第2款、第17至19条. */
function articlesZh(articles: string): string {
  return articles
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean)
    .map((one) => {
      const [, from, clause, to] = /^(\d+)(?:\((\d+)\))?(?:-(\d+))?/.exec(one) ?? [];
      if (!from) return one;
      return to ? `第${from}至${to}条` : `第${from}条${clause ? `第${clause}款` : ''}`;
    })
    .join('、');
}

/**
 * What a rule stands on, in the reader's language. A pack cites by tag (`MPL art.11(2); MRO art.2: explanation`): the laws
 * are named in full, our own planning papers are left out, and the mark says how sure it is.
 */
export function basisOf(reference: string, mark: string | null | undefined, language: Language): string {
  const cited = [...reference.matchAll(CITED)].map(([, tag, articles]) => {
    const law = LAWS[tag ?? ''];
    if (!law) return '';
    if (!articles) return law[language];
    return language === 'zh' ? `${law.zh}${articlesZh(articles)}` : `${law.en} art. ${articles.trim()}`;
  });
  return [...new Set(cited), MARKS[(mark ?? '').toLowerCase()]?.[language] ?? '']
    .filter(Boolean)
    .join(language === 'zh' ? '；' : '; ');
}

export function markOf(mark: string | null | undefined, language: Language): string {
  const word = { uncertain: 'unc' }[(mark ?? '').toLowerCase()] ?? (mark ?? '').toLowerCase();
  return word === 'design' || word === 'unc' ? (MARKS[word]?.[language] ?? '') : '';
}
