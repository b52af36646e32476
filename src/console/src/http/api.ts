import { learnServerTime } from '../time/now';

/** A refusal as the server tells it (RFC 9457), already in the reader's language. */
export interface ProblemDocument {
  type: string;
  title: string;
  detail?: string;
  status: number;
  errors?: unknown;
  why?: unknown[];
  events?: unknown[];
  version?: number;
}

export class Refused extends Error {
  constructor(readonly problem: ProblemDocument) {
    super(problem.detail ? problem.title + (language === 'en' ? ': ' : '：') + problem.detail : problem.title);
  }

  get status(): number {
    return this.problem.status;
  }
}

/** Nothing came back: the line is down, or the server is. What was sent may or may not have arrived. */
export class Unreachable extends Error {}

export interface Sending {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  body?: unknown;
  version?: number;
  key?: string;
  signal?: AbortSignal;
}

let language = 'zh-CN';
let signedOut: () => void = () => undefined;

export function speak(code: string): void {
  language = code;
}

export function whenSignedOut(act: () => void): void {
  signedOut = act;
}

const TIMEOUT_MILLISECONDS = 20_000;

export async function call<T>(path: string, sending: Sending = {}): Promise<T> {
  const response = await reach(path, sending);
  const told = response.headers.get('Hotline-Now');
  if (told) learnServerTime(told);
  if (response.status === 204) return undefined as T;
  const text = await response.text();
  if (response.ok) return (text ? JSON.parse(text) : undefined) as T;
  if (response.status === 401 && !path.startsWith('/api/sessions')) signedOut();
  throw new Refused(problemOf(response, text));
}

async function reach(path: string, sending: Sending): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json', 'Accept-Language': language };
  const file = sending.body instanceof FormData;
  if (sending.body !== undefined && !file) headers['Content-Type'] = 'application/json';
  if (sending.version !== undefined) headers['If-Match'] = `"${sending.version}"`;
  if (sending.key !== undefined) headers['Idempotency-Key'] = sending.key;
  const limit = AbortSignal.timeout(TIMEOUT_MILLISECONDS);
  const request: RequestInit = {
    method: sending.method ?? (sending.body === undefined ? 'GET' : 'POST'),
    headers,
    credentials: 'same-origin',
    signal: sending.signal ? AbortSignal.any([sending.signal, limit]) : limit,
  };
  if (sending.body !== undefined) request.body = file ? (sending.body as FormData) : JSON.stringify(sending.body);
  try {
    return await fetch(path, request);
  } catch (reason) {
    if (sending.signal?.aborted) throw reason;
    throw new Unreachable(String(reason));
  }
}

function problemOf(response: Response, text: string): ProblemDocument {
  const fallback: ProblemDocument = { type: 'about:blank', title: `HTTP ${response.status}`, status: response.status };
  if (!response.headers.get('Content-Type')?.includes('json')) return fallback;
  try {
    return { ...fallback, ...(JSON.parse(text) as Partial<ProblemDocument>), status: response.status };
  } catch {
    return fallback;
  }
}

/** The same list, from where the last answer ended. */
export function onward(path: string, cursor: string | null | undefined): string {
  return cursor ? `${path}${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(cursor)}` : path;
}

/** Follows the cursor to the end, or to a number of pages no screen needs more of. */
export async function all<T>(path: string, pagesMax = 20): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null | undefined;
  for (let page = 0; page < pagesMax; page += 1) {
    const answer = await call<{ items: T[]; cursor?: string | null }>(onward(path, cursor));
    items.push(...answer.items);
    cursor = answer.cursor;
    if (!cursor || answer.items.length === 0) break;
  }
  return items;
}

/** A key that makes a repeated sending harmless. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
