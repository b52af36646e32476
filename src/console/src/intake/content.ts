import type { ReportFile } from '../http/contract';
import { named, words } from '../words';

export interface Written {
  field: string;
  label: string;
  text: string;
}

/** What a report says in its own words, field by field, as far as the reader may see it. */
export function contentOf(report: ReportFile): Written[] {
  return Object.entries(report.content ?? {}).flatMap(([field, text]) =>
    text ? [{ field, label: labelOf(field), text: field.endsWith('injuryFindings') ? injuries(text) : text }] : [],
  );
}

interface Injury {
  bodyPart?: string | null;
  type?: string | null;
  sizeCm?: number | string | null;
  age?: string | null;
  causeSaid?: string | null;
}

/** Kept as it was sent; read as a doctor would say it. */
function injuries(text: string): string {
  try {
    const told = words.value;
    return (JSON.parse(text) as Injury[])
      .map((injury) =>
        [
          injury.bodyPart ? named(told.bodyParts, injury.bodyPart) : '',
          injury.type ? named(told.injuryTypes, injury.type) : '',
          injury.sizeCm ? `${injury.sizeCm} cm` : '',
          injury.age ? named(told.injuryAges, injury.age) : '',
          injury.causeSaid ? told.form.injuryCause + told.colon + injury.causeSaid : '',
        ]
          .filter(Boolean)
          .join(' · '),
      )
      .join('\n');
  } catch {
    return text;
  }
}

/** `children[1].name` and `children.1.name` read as 孩子 2 · 姓名. */
function labelOf(field: string): string {
  const [first, ...rest] = field.replace(/\[(\d+)\]/g, '.$1').split('.');
  const place = rest.find((part) => /^\d+$/.test(part));
  const last = rest.filter((part) => !/^\d+$/.test(part)).pop();
  const head = named(words.value.fields, first) + (place ? ` ${Number(place) + 1}` : '');
  return last ? `${head} · ${named(words.value.fields, last)}` : head;
}
