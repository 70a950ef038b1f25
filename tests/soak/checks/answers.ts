/** Checks that look at the answers alone. */
import { definiteOf, parsed } from "../client.ts";
import type { Answer, Order } from "../record.ts";
import type { Check, Finding } from "./finding.ts";

/** Answers that are computed anew at every repeat, with the state of that moment. */
const TOLD_ANEW = /^\/cursor-tasks$|^\/webhooks\//;

export const checkAnswers: Check = async ({ orders }) =>
  orders.flatMap((order) => [...ofOne(order), ...ofRepeats(order)]);

function* ofOne(order: Order): Generator<Finding> {
  if (order.definite === null)
    yield {
      sentence: `Order ${order.n} (${order.what}) got no definite answer, however often it was sent.`,
      orders: [order],
    };
  const wrong = order.answers.map(faultOf).find((fault) => fault !== null);
  if (wrong) yield { sentence: `Order ${order.n} (${order.what}) was answered ${wrong}.`, orders: [order] };
}

function faultOf({ status, type, text }: Answer): string | null {
  if (status === 0) return null;
  if (status >= 500 && status !== 503) return `${status}, which is a fault of the server`;
  if (status >= 400 && !type.startsWith("application/problem+json")) return `${status} without a problem+json`;
  if (status >= 400 && typeof parsed(text).code !== "string") return `${status} with a problem that has no code`;
  if (status < 300 && (text === "" || text === "null")) return `${status} with an empty body`;
  return null;
}

/** A key has one effect and one answer: every answer after a 2xx is the same 2xx, byte by byte. */
function* ofRepeats(order: Order): Generator<Finding> {
  if (order.key === null || TOLD_ANEW.test(order.path)) return;
  const definite = order.answers.filter((answer) => definiteOf(answer) !== null);
  const [first, ...rest] = definite;
  if (!first || first.status >= 300) return;
  for (const answer of rest) {
    if (answer.status === first.status && answer.text === first.text) continue;
    yield {
      sentence: `Order ${order.n} (${order.what}) was answered ${answer.status} differently when it was repeated under its key.`,
      orders: [order],
    };
    return;
  }
}
