import type { TwilioAccess } from "./access.ts";
import { outbound, type OutboundAnswer, OutboundError, type OutboundTools } from "#lib/outbound";
import { below } from "#lib/outbound/address";
import { twilioVerdict } from "../provider-codes.ts";
import { stateSaid } from "../rules.ts";
import {
  headerFault,
  type LookedUp,
  type OutgoingMessage,
  redacted,
  type SendOptions,
  type SendResult,
  STOPPED,
  type Transport,
} from "./transport.ts";

/** Settings for tests: how names are resolved, and the time limit of a request. */
type TwilioTools = Readonly<{ tools?: OutboundTools; timeoutMs?: number }>;

/** The assumed maximum difference between Twilio's clock and ours. */
const SKEW_MS = 30_000;
/** The number of newest messages to one recipient that a look-up reads. */
const PAGE = 100;
/** Without a code of Twilio these statuses come from a proxy, which may have passed the request on. */
const IN_BETWEEN = new Set([500, 502, 504]);

/** Texts by Twilio's Messages API. */
export function twilioTransport(access: TwilioAccess, tools: TwilioTools = {}): Transport {
  return {
    name: "twilio",
    send: (message, options) => send({ ...access, ...tools }, message, options),
    lookUp: (message, known) => lookUp({ ...access, ...tools }, message, known),
  };
}

type Twilio = TwilioAccess & TwilioTools;

async function send(twilio: Twilio, message: OutgoingMessage, { signal }: SendOptions): Promise<SendResult> {
  const fault = headerFault("id", message.id);
  if (fault) return { outcome: "failed", errorClass: "permanent", code: "header", sentence: fault };
  if (signal.aborted) return STOPPED;
  const callback = twilio.callbackOf(message.id);
  let hasLeft = false;
  try {
    const answer = await ask(twilio, "Messages.json", {
      form: {
        To: message.to,
        From: message.from,
        Body: message.body,
        ...(callback !== null && { StatusCallback: callback }),
      },
      // Twilio documents it for its webhooks only; it does no harm here, and nothing relies on it.
      headers: { "i-twilio-idempotency-token": message.id },
      onLeaving: () => {
        hasLeft = true;
      },
    });
    return resultOf(answer, message);
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    const { kind, message: sentence } = error;
    if (hasLeft) {
      return { outcome: "unsure", code: kind, sentence: `${sentence} The message had left; it may have been taken.` };
    }
    // A refusal on our side means a wrong address in our environment.
    const isOurs = kind === "not_allowed" || kind === "address";
    return { outcome: "failed", errorClass: isOurs ? "ours" : "transient", code: kind, sentence };
  }
}

function resultOf(answer: OutboundAnswer, message: OutgoingMessage): SendResult {
  const { status, headers } = answer;
  const body = jsonOf(answer);
  const sid = nameIn(body, "sid");
  if (status >= 200 && status < 300) {
    if (sid === null)
      return {
        outcome: "unsure",
        code: "no_sid",
        sentence: `Twilio, or somebody on the way to it, answered ${status} without a name for the message; it may have been taken.`,
      };
    const word = nameIn(body, "status") ?? "";
    const isNews = stateSaid(word) !== "sent";
    const report = isNews ? { report: { status: word, errorCode: nameIn(body, "error_code") } } : {};
    return { outcome: "sent", providerId: sid, said: `${status} ${word}`.trim(), ...report };
  }
  const code = nameIn(body, "code");
  if (code === null && IN_BETWEEN.has(status)) {
    const sentence = `Twilio, or somebody on the way to it, answered ${status}; the message may have been taken.`;
    return { outcome: "unsure", code: `http_${status}`, sentence };
  }
  return {
    outcome: "failed",
    code: code ?? `http_${status}`,
    said: redacted(`${status} ${stringIn(body, "message") ?? ""}`, message),
    retryAfter: headers.get("retry-after") ?? undefined,
    ...twilioVerdict(code, status),
  };
}

async function lookUp(
  twilio: Twilio,
  { from, to, body }: OutgoingMessage,
  { handedOverAt, providerId, others }: Parameters<NonNullable<Transport["lookUp"]>>[1],
): Promise<LookedUp> {
  try {
    const since = handedOverAt.getTime() - SKEW_MS;
    // Not by date: Twilio filters by the day of sending, and a message in its queue has none.
    const list = new URLSearchParams({ To: to, From: from, PageSize: String(PAGE) });
    const answer = await ask(twilio, providerId === null ? `Messages.json?${list}` : `Messages/${providerId}.json`);
    if (providerId !== null && answer.status === 404) return { outcome: "not_found" };
    if (answer.status !== 200) return { outcome: "no_answer", sentence: `Twilio answered ${answer.status}.` };
    const found = providerId === null ? oldestOf(jsonOf(answer), body, since, others) : jsonOf(answer);
    const [sid, status] = [nameIn(found, "sid"), nameIn(found, "status")];
    if (sid === null || status === null) return { outcome: "not_found" };
    return { outcome: "found", providerId: sid, status, errorCode: nameIn(found, "error_code") };
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    return { outcome: "no_answer", sentence: error.message };
  }
}

/** The oldest message with this text since then, other than `others`: the one that the attempt would have created. */
function oldestOf(list: unknown, body: string, since: number, others: readonly string[]): unknown {
  const { messages } = (list ?? {}) as { messages?: unknown };
  const all: unknown[] = Array.isArray(messages) ? messages : [];
  const madeAt = (one: unknown) => Date.parse(stringIn(one, "date_created") ?? "");
  return all
    .filter((one) => isText(stringIn(one, "body"), body) && madeAt(one) >= since)
    .filter((one) => !others.includes(stringIn(one, "sid") ?? ""))
    .toSorted((one, other) => madeAt(one) - madeAt(other))[0];
}

/** Twilio adds a prefix to each text of a trial account, and trims white space from the end. */
function isText(theirs: string | null, ours: string): boolean {
  return theirs?.trimEnd().replace(/^Sent from your Twilio trial account - /, "") === ours.trimEnd();
}

type Question = Readonly<{
  form?: Readonly<Record<string, string>>;
  headers?: Readonly<Record<string, string>>;
  onLeaving?: () => void;
}>;

function ask(twilio: Twilio, path: string, { form, headers, onLeaving }: Question = {}): Promise<OutboundAnswer> {
  const { api, account, token, tools, timeoutMs } = twilio;
  return outbound(
    {
      url: below(api, `/2010-04-01/Accounts/${account}/${path}`).href,
      allow: [api.host],
      // A plain http address is a server of one's own.
      insecure: api.protocol === "http:" ? [api.host] : [],
      method: form ? "POST" : "GET",
      headers: {
        authorization: `Basic ${Buffer.from(`${account}:${token}`).toString("base64")}`,
        accept: "application/json",
        ...(form && { "content-type": "application/x-www-form-urlencoded" }),
        ...headers,
      },
      ...(form && { body: String(new URLSearchParams(form)) }),
      ...(timeoutMs !== undefined && { timeoutMs }),
      ...(onLeaving && { onLeaving }),
    },
    tools,
  );
}

function jsonOf(answer: OutboundAnswer): unknown {
  try {
    return JSON.parse(answer.text());
  } catch {
    return null;
  }
}

/** A name or a code in an answer, short and on one line; null when there is none, or it is something else. */
function nameIn(answer: unknown, name: string): string | null {
  const value = stringIn(answer, name);
  return value !== null && /^[\x21-\x7e]{1,100}$/.test(value) ? value : null;
}

/** A field of an answer, numbers as their digits; null when there is none. */
function stringIn(answer: unknown, name: string): string | null {
  const value = (answer as Record<string, unknown> | null | undefined)?.[name];
  if (typeof value === "string" && value !== "") return value;
  return typeof value === "number" ? String(value) : null;
}
