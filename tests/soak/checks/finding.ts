import type pg from "pg";
import type { Order } from "../record.ts";

/** A violation: a sentence, and the requests that it is about. */
export type Finding = { sentence: string; orders: Order[] };

/** One row, as PostgreSQL hands it over: numbers, texts, dates, JSON; 64-bit ids are texts. */
export type Row = Record<string, unknown>;

/** The evidence of a checker: the record, and the tables by SQL of its own. It knows nothing of the code. */
export type Evidence = { orders: readonly Order[]; rows: (statement: string) => Promise<Row[]> };
export type Check = (evidence: Evidence) => Promise<Finding[]>;

export function evidenceOf(orders: readonly Order[], client: pg.Client): Evidence {
  return { orders, rows: async (statement) => (await client.query<Row>(statement)).rows };
}

/** The orders to these addresses with a 2xx answer. */
export function granted(
  orders: readonly Order[],
  method: string,
  path: RegExp,
): (Order & { definite: NonNullable<Order["definite"]> })[] {
  return answered(orders, method, path).filter(({ definite }) => definite.status < 300);
}

/** The orders to these addresses with a definite answer. */
export function answered(
  orders: readonly Order[],
  method: string,
  path: RegExp,
): (Order & { definite: NonNullable<Order["definite"]> })[] {
  const those = orders.filter((order) => order.method === method && path.test(order.path) && order.definite !== null);
  return those as (Order & { definite: NonNullable<Order["definite"]> })[];
}

/** Every order that names this callback, in its body or in its answer. */
export function about(orders: readonly Order[], callbackId: unknown): Order[] {
  const id = Number(callbackId);
  return orders.filter(({ body, path, definite }) => {
    const asked = (body ?? {}) as Row;
    const got = (definite?.body ?? {}) as Row;
    const inner = [got.data, got.next, got.callback].map((part) => (part ?? {}) as Row);
    const ids = [asked.callbackId, ...((asked.callbackIds as unknown[] | undefined) ?? []), got.newCallbackId];
    for (const part of inner) ids.push(part.callbackId, part.id);
    return ids.some((one) => Number(one) === id) || (path === "/callbacks" && Number(got.id) === id);
  });
}

/** Every order that names this call. */
export function aboutCall(orders: readonly Order[], callSessionId: unknown): Order[] {
  const id = String(callSessionId);
  return orders.filter(({ path, definite }) => {
    const got = (definite?.body ?? {}) as Row;
    const next = (got.next ?? {}) as Row;
    return path === `/calls/${id}/outcome` || next.callSessionId === id || (path === "/calls" && got.id === id);
  });
}

/** The number of rows for each value of `key`. */
export function countBy<T>(list: readonly T[], key: (one: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const one of list) counts.set(key(one), (counts.get(key(one)) ?? 0) + 1);
  return counts;
}
