/** A well-behaved client: it repeats a request, with its key, at either instance until it has an answer. */
import { setTimeout as pause } from "node:timers/promises";
import { CRON_SECRET, SERVICE_API_KEY } from "../setup/secrets.ts";
import type { Answer, Order, Recording } from "./record.ts";

type Headers = Record<string, string>;
export type Request = {
  action: number | null;
  what: string;
  /** Such as `POST /callbacks`. */
  to: string;
  body?: unknown;
  /** Absent for requests that take none: webhooks, GET, PUT, DELETE. */
  key?: string;
  /** Made anew for each attempt, because the signature contains the time. */
  headers?: () => Headers;
  /** The instance that is asked first. */
  instance: number;
  isRepeated?: boolean;
};

export type Client = {
  /** Null when no definite answer came in `GIVE_UP_MS`. */
  send: (request: Request) => Promise<Order["definite"]>;
};

/** Longer than any fault lasts, with the time an instance takes to start on a busy machine. */
const GIVE_UP_MS = 150_000;
/** An answer that takes longer counts as lost, and the request is sent again. */
const ANSWER_MS = 20_000;
const REPEAT_MS = 300;
/** No refusal: the first attempt is still under way, or there were too many requests. */
const TRY_AGAIN = new Set(["key_in_use", "too_many_requests"]);

export const asService = (): Headers => ({ authorization: `Bearer ${SERVICE_API_KEY}` });
export const asCron = (): Headers => ({ authorization: `Bearer ${CRON_SECRET}` });

export function clientOf(instances: readonly { name: string; url: string }[], record: Recording): Client {
  async function attempt(order: Order, request: Request, tries: number): Promise<Answer> {
    const { name, url } = instances[(request.instance + tries) % instances.length]!;
    const at = record.elapsed();
    const text = request.body === undefined ? undefined : JSON.stringify(request.body);
    const answer = await fetch(`${url}/api${order.path}`, {
      method: order.method,
      signal: AbortSignal.timeout(ANSWER_MS),
      headers: {
        ...(text !== undefined && { "content-type": "application/json" }),
        ...(order.key !== null && { "idempotency-key": order.key }),
        ...(request.headers ?? asService)(),
      },
      ...(text !== undefined && { body: text }),
    })
      .then(async (response) => ({
        status: response.status,
        type: response.headers.get("content-type") ?? "",
        text: await response.text(),
      }))
      .catch((error: unknown) => ({ status: 0, type: "", text: wordsOf(error) }));
    return { instance: name, at, ms: record.elapsed() - at, ...answer };
  }

  return {
    async send(request) {
      const [method = "GET", path = "/"] = request.to.split(" ");
      const { action, what, body, key = null } = request;
      const order = record.begin({ action, what, method, path, body, key });
      const until = record.elapsed() + GIVE_UP_MS;
      for (let tries = 0; record.elapsed() < until; tries += 1) {
        const answer = await attempt(order, request, tries);
        record.add(order, answer);
        order.definite = definiteOf(answer);
        if (order.definite) break;
        await pause(REPEAT_MS);
      }
      // The repeat goes to the other instance, and its answer is compared by the checker.
      if (request.isRepeated && isGood(order.definite))
        record.add(order, await attempt(order, request, order.answers.length));
      return order.definite;
    },
  };
}

export function isGood(answer: Order["definite"]): answer is NonNullable<Order["definite"]> {
  return answer !== null && answer.status < 300;
}

/** A definite answer: 2xx, or a refusal. */
export function definiteOf({ status, text }: Answer): Order["definite"] {
  if (status === 0 || status >= 500) return null;
  const body = parsed(text);
  return status >= 400 && TRY_AGAIN.has(String(body.code)) ? null : { status, body };
}

/** The object in an answer; an empty one when it holds none. */
export function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function wordsOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}
