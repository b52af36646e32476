import type { Option, Said, Schema } from '../http/contract';
import { toIso } from '../time/moment';

export type Kind = 'text' | 'long' | 'answer' | 'boolean' | 'choice' | 'choices' | 'moment' | 'date' | 'integer';

export interface FormField {
  name: string;
  label: Said;
  hint: string;
  kind: Kind;
  required: boolean;
  options: { value: string; label: Said }[];
  lengthMax?: number;
  least?: number;
  most?: number;
}

export type Value = string | string[] | undefined;
export type Values = Record<string, Value>;
export type Fault =
  | { is: 'missing' }
  | { is: 'date' }
  | { is: 'number' }
  | { is: 'long'; max: number }
  | { is: 'range'; least?: number; most?: number };

/** A text longer than this is written in several lines. */
const SHORT_TEXT_MAX = 120;
const ANSWERS = ['yes', 'no', 'unknown'];

/** The fields of a step's form; danger questions come first, whatever order the schema has. */
export function fieldsOf(schema: Schema | null | undefined): FormField[] {
  const required = new Set(schema?.required ?? []);
  const fields = Object.entries(schema?.properties ?? {}).map(([name, property]) =>
    fieldOf(name, property, required.has(name)),
  );
  return [...fields.filter((field) => field.kind === 'answer'), ...fields.filter((field) => field.kind !== 'answer')];
}

function fieldOf(name: string, property: Schema, required: boolean): FormField {
  const options = optionsOf(property.items ?? property);
  return {
    name,
    label: property['x-title'] ?? property.title ?? name,
    hint: property.description ?? '',
    kind: kindOf(property, options),
    required,
    options,
    lengthMax: property.maxLength,
    least: property.minimum,
    most: property.maximum,
  };
}

function optionsOf(schema: Schema): { value: string; label: Said }[] {
  if (schema.oneOf)
    return schema.oneOf.map((one: Option) => ({ value: one.const, label: one['x-title'] ?? one.title ?? one.const }));
  return (schema.enum ?? []).map((value) => ({ value, label: value }));
}

function kindOf(property: Schema, options: { value: string }[]): Kind {
  const types = Array.isArray(property.type) ? property.type : [property.type ?? 'string'];
  if (types.includes('array')) return 'choices';
  if (options.length > 0) return options.every((one) => ANSWERS.includes(one.value)) ? 'answer' : 'choice';
  if (types.includes('boolean')) return 'boolean';
  if (types.includes('integer') || types.includes('number')) return 'integer';
  if (property.format === 'date-time') return 'moment';
  if (property.format === 'date') return 'date';
  return (property.maxLength ?? Number.POSITIVE_INFINITY) > SHORT_TEXT_MAX ? 'long' : 'text';
}

export function isEmpty(value: Value): boolean {
  return value === undefined || (Array.isArray(value) ? value.length === 0 : value.trim() === '');
}

/** What the reader can be told before anything is sent; the server judges again. */
export function faultsOf(fields: readonly FormField[], values: Values): Record<string, Fault> {
  const faults: Record<string, Fault> = {};
  for (const field of fields) {
    const fault = faultOf(field, values[field.name]);
    if (fault) faults[field.name] = fault;
  }
  return faults;
}

function faultOf(field: FormField, value: Value): Fault | undefined {
  if (isEmpty(value)) return field.required ? { is: 'missing' } : undefined;
  if (Array.isArray(value) || value === undefined) return undefined;
  const text = value.trim();
  if (field.kind === 'moment' && !toIso(text)) return { is: 'date' };
  if (field.kind === 'date' && !isDate(text)) return { is: 'date' };
  if (field.lengthMax !== undefined && text.length > field.lengthMax) return { is: 'long', max: field.lengthMax };
  if (field.kind !== 'integer') return undefined;
  if (!/^-?\d+$/.test(text)) return { is: 'number' };
  const below = field.least !== undefined && Number(text) < field.least;
  const above = field.most !== undefined && Number(text) > field.most;
  return below || above ? { is: 'range', least: field.least, most: field.most } : undefined;
}

export function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && toIso(`${text} 00:00`) !== null;
}

/** The body to send: empty fields stay away, since absent means not asked. */
export function bodyOf(fields: readonly FormField[], values: Values): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const field of fields) {
    const value = values[field.name];
    if (value === undefined || isEmpty(value)) continue;
    body[field.name] = Array.isArray(value) ? [...value] : typedValue(field.kind, value.trim());
  }
  return body;
}

function typedValue(kind: Kind, text: string): unknown {
  if (kind === 'boolean') return text === 'true';
  if (kind === 'integer') return Number(text);
  if (kind === 'moment') return toIso(text) ?? text;
  return text;
}
