/** Every request and every answer, in memory and as a line of JSON each. */
import { createWriteStream } from "node:fs";
import { finished } from "node:stream/promises";
import { join } from "node:path";

/** One answer; status 0, with the error as its text, when none came. */
export type Answer = { instance: string; at: number; ms: number; status: number; type: string; text: string };

/** One order: a request with all its repeats, which carry the same key. */
export type Order = {
  n: number;
  /** The number of the action in the plan; null for requests before and after the plan. */
  action: number | null;
  what: string;
  method: string;
  path: string;
  body: unknown;
  key: string | null;
  answers: Answer[];
  /** The first definite answer: 2xx, or a refusal. Null when none came. */
  definite: { status: number; body: Record<string, unknown> } | null;
};

export type Recording = {
  orders: Order[];
  begin: (order: Pick<Order, "action" | "what" | "method" | "path" | "body" | "key">) => Order;
  /** A line that is no request: a fault begins, a fault is over. */
  note: (what: string) => void;
  /** Milliseconds since the record was begun. */
  elapsed: () => number;
  add: (order: Order, answer: Answer) => void;
  close: () => Promise<void>;
};

export function startRecording(folder: string): Recording {
  const file = createWriteStream(join(folder, "record.jsonl"), { mode: 0o600 });
  const began = performance.now();
  const elapsed = () => Math.round(performance.now() - began);
  const orders: Order[] = [];
  const write = (line: object) => void file.write(`${JSON.stringify(line)}\n`);
  return {
    orders,
    elapsed,
    begin(given) {
      const order: Order = { n: orders.length, ...given, answers: [], definite: null };
      orders.push(order);
      return order;
    },
    note: (what) => write({ at: elapsed(), note: what }),
    add(order, answer) {
      order.answers.push(answer);
      const { answers: _, definite: __, ...request } = order;
      write({ ...request, ...answer });
    },
    async close() {
      file.end();
      await finished(file);
    },
  };
}

/** An order in a few lines, for a finding. */
export function linesOfOrder({ n, action, what, method, path, body, key, answers }: Order): string[] {
  const shown = body === undefined ? "" : ` ${JSON.stringify(body)}`;
  const head = `${n} ${what}${action === null ? "" : ` (action ${action})`}: ${method} ${path}${shown}${key === null ? "" : ` key ${key}`}`;
  return [
    head,
    ...answers.map(
      ({ instance, at, ms, status, text }) =>
        `    ${at} ms, instance ${instance}, after ${ms} ms: ${status} ${text.slice(0, 300)}`,
    ),
  ];
}
