import { reactive } from 'vue';
import { call, Refused } from '../http/api';
import type { Receipt } from '../http/contract';

/** Reports that are finished but not yet with the server, kept on this device with the key of their first sending. */
export interface Waiting {
  key: string;
  path: string;
  body: Record<string, unknown>;
  policeTold: boolean;
  receipt?: Receipt;
  refused?: string;
}

const KEPT_UNDER = 'hotline.outbox';

function kept(): Waiting[] {
  try {
    return JSON.parse(localStorage.getItem(KEPT_UNDER) ?? '[]') as Waiting[];
  } catch {
    return [];
  }
}

export const waiting = reactive<Waiting[]>(kept());

function keep(): void {
  localStorage.setItem(KEPT_UNDER, JSON.stringify(waiting));
}

export function enqueue(report: Waiting): Waiting {
  waiting.push(report);
  keep();
  return waiting[waiting.length - 1] as Waiting;
}

export function forget(key: string): void {
  const place = waiting.findIndex((one) => one.key === key);
  if (place >= 0) waiting.splice(place, 1);
  keep();
}

let sending: Promise<void> | undefined;

/** Sends what waits, one after the other; the same key makes a second arrival harmless. */
export function sendWaiting(): Promise<void> {
  sending ??= sendAll().finally(() => (sending = undefined));
  return sending;
}

async function sendAll(): Promise<void> {
  for (const report of waiting.filter((one) => !one.receipt && !one.refused)) {
    try {
      report.receipt = await call<Receipt>(report.path, { body: report.body, key: report.key });
      // Once received it need not lie on the device any more; the receipt is all that is kept, until it was looked at.
      report.body = {};
    } catch (reason) {
      // Only a judgement of the content itself is final; a sign-in that ended or a busy server is tried again.
      if (reason instanceof Refused && [400, 409, 413, 415, 422].includes(reason.status))
        report.refused = reason.message;
    }
    keep();
  }
}
