import { call, newKey } from '../http/api';
import type { Message } from '../http/contract';

/** The two-way line of one report, and what can be added to it. */
export interface ReportLine {
  messages: () => Promise<Message[]>;
  write: (text: string, instruction: string | undefined, key: string) => Promise<unknown>;
  confirm: (message: string) => Promise<unknown>;
  supplement: (text: string, childLeavesAt: string | null, key: string) => Promise<unknown>;
  attach: (file: File) => Promise<{ sha256?: string; hash?: string }>;
}

export function lineOf(number: string): ReportLine {
  const at = `/api/reports/${encodeURIComponent(number)}`;
  return {
    messages: async () => (await call<{ items: Message[] }>(`${at}/messages`)).items,
    write: (text, instruction, key) =>
      call(`${at}/messages`, { body: instruction ? { text, instruction } : { text }, key }),
    confirm: (message) => call(`${at}/messages/${encodeURIComponent(message)}/confirm`, { body: {}, key: newKey() }),
    supplement: (text, childLeavesAt, key) =>
      call(`${at}/supplements`, { body: childLeavesAt ? { text, childLeavesAt } : { text }, key }),
    attach: (file) => {
      const body = new FormData();
      body.append('file', file);
      return call(`${at}/attachments`, { body, key: newKey() });
    },
  };
}
