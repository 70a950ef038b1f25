import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type FakeTwilio, startTwilio, TWILIO_STAGES, type TwilioFault } from "#tests/fakes/twilio";
import { closeNetwork, openNetwork } from "#tests/setup/network";
import type { OutgoingMessage, SendResult } from "./transport.ts";
import { twilioTransport } from "./twilio.ts";

const NOW = new Date("2026-03-02T09:00:00Z");
let twilio: FakeTwilio;
// Real sockets, as in use.
beforeAll(async () => {
  openNetwork();
  twilio = await startTwilio(() => NOW);
});
afterEach(() => {
  twilio.misbehave(null);
  twilio.taken.length = 0;
});
afterAll(async () => {
  await twilio.stop();
  closeNetwork();
});

const TEXT: OutgoingMessage = {
  id: "0198e0a0-0000-7000-8000-000000000001",
  from: "+15005550006",
  to: "+442079460001",
  subject: null,
  body: "We call you at 15:30 – 50 % sure & glad + happy",
};
const options = { signal: new AbortController().signal, now: NOW };
const known = { handedOverAt: NOW, providerId: null, others: [] };

function open({ url = twilio.url, token = twilio.token, timeoutMs = 60_000 } = {}) {
  const callbackOf = (id: string) => `https://desk.example.com/api/webhooks/twilio/message-status?message=${id}`;
  return twilioTransport({ api: new URL(url), account: twilio.account, token, callbackOf }, { timeoutMs });
}

async function send(fault: TwilioFault | null, timeoutMs?: number): Promise<SendResult> {
  twilio.misbehave(fault);
  return open(timeoutMs === undefined ? {} : { timeoutMs }).send(TEXT, options);
}

test("a text is handed over as it was written, and its status is reported under our name for it", async () => {
  expect(await send(null)).toEqual({ outcome: "sent", providerId: twilio.taken[0]?.sid, said: "201 queued" });
  const { to, from, body } = TEXT;
  expect(twilio.taken).toMatchObject([{ to, from, body, callback: expect.stringContaining(`message=${TEXT.id}`) }]);
});

test.each(TWILIO_STAGES)(
  "a provider that takes the text and hangs after %s of the answer leaves it unsure: it was taken once",
  async (at) => {
    expect(await send({ at, how: "hang" }, 1_000)).toMatchObject({ outcome: "unsure", code: "timeout" });
    expect(twilio.taken).toHaveLength(1);
  },
);

test.each(TWILIO_STAGES)(
  "a provider that takes the text and breaks off after %s of the answer leaves it unsure: it was taken once",
  async (at) => {
    expect(await send({ at, how: "drop" })).toMatchObject({ outcome: "unsure", code: "unreachable" });
    expect(twilio.taken).toHaveLength(1);
  },
);

test("a provider that nobody reaches has nothing, and another attempt is safe", async () => {
  // The port of a server that is gone.
  const gone = await startTwilio();
  await gone.stop();
  expect(await open({ url: gone.url }).send(TEXT, options)).toMatchObject({
    outcome: "failed",
    errorClass: "transient",
    code: "unreachable",
  });
});

test.each<[TwilioFault, Partial<SendResult>]>([
  [
    { status: 400, code: 21610 },
    { errorClass: "recipient", code: "21610" },
  ],
  [
    { status: 400, code: 21211 },
    { errorClass: "permanent", code: "21211" },
  ],
  [
    { status: 401, code: 20003 },
    { errorClass: "ours", code: "20003" },
  ],
  [
    { status: 429, code: 20429, headers: { "retry-after": "17" } },
    { errorClass: "throttled", code: "20429", retryAfter: "17" },
  ],
  [
    { status: 503, headers: { "retry-after": "Mon, 02 Mar 2026 09:01:00 GMT" }, body: "busy" },
    { errorClass: "transient", code: "http_503", retryAfter: "Mon, 02 Mar 2026 09:01:00 GMT" },
  ],
  [
    { status: 500, code: 20500 },
    { errorClass: "transient", code: "20500" },
  ],
  [
    { status: 302, body: "" },
    { errorClass: "transient", code: "http_302" },
  ],
])("the refusal %j says what to do next, and nothing was taken", async (fault, expected) => {
  expect(await send(fault)).toMatchObject({ outcome: "failed", ...expected });
  expect(twilio.taken).toEqual([]);
});

test.each([500, 502, 504])("a %i of somebody in between leaves the text unsure", async (status) => {
  expect(await send({ status, body: "<html>Bad gateway</html>" })).toMatchObject({ outcome: "unsure" });
});

test("an answer that takes the text without a name for it leaves it unsure", async () => {
  expect(await send({ status: 201, body: "{}" })).toMatchObject({ outcome: "unsure", code: "no_sid" });
});

test.each([
  ["a name that cannot be stored", { sid: "SM\0x", status: "queued" }],
  ["a name without an end", { sid: "x".repeat(5_000), status: "queued" }],
])("an answer that takes the text with %s leaves it unsure", async (_what, body) => {
  expect(await send({ status: 201, body: JSON.stringify(body) })).toMatchObject({ outcome: "unsure", code: "no_sid" });
});

test.each(["A\0B", "x".repeat(5_000), "two words"])("a refusal with the code %j counts by its status", async (code) => {
  expect(await send({ status: 400, body: JSON.stringify({ code }) })).toMatchObject({ code: "http_400" });
});

test("an answer that takes the text and reports its end at once is read as such a report", async () => {
  const body = JSON.stringify({ sid: "SM1", status: "failed", error_code: 30005 });
  expect(await send({ status: 201, body })).toMatchObject({
    outcome: "sent",
    providerId: "SM1",
    report: { status: "failed", errorCode: "30005" },
  });
});

test("a worker that has ended hands nothing over", async () => {
  expect(await open().send(TEXT, { ...options, signal: AbortSignal.abort() })).toMatchObject({ code: "stopped" });
  expect(twilio.taken).toEqual([]);
});

test("a text that is unsure is found again by what it says, and is not taken for another one of ours", async () => {
  await send(null);
  await send({ at: "nothing", how: "drop" });
  const [first, second] = twilio.taken;
  const found = await open().lookUp!(TEXT, { ...known, others: [first!.sid] }, options);
  expect(found).toEqual({ outcome: "found", providerId: second?.sid, status: "queued", errorCode: null });
});

test.each([
  ["another text", { body: "Something else" }, {}],
  ["an older one", {}, { handedOverAt: new Date(NOW.getTime() + 60_000) }],
  ["one of another sender", { from: "+15005550009" }, {}],
])("%s is not found", async (_what, message, more) => {
  await send(null);
  expect(await open().lookUp!({ ...TEXT, ...message }, { ...known, ...more }, options)).toEqual({
    outcome: "not_found",
  });
});

test("a message is looked up by Twilio's id of it, with its error", async () => {
  await send(null);
  const { sid } = twilio.taken[0]!;
  twilio.taken[0] = { ...twilio.taken[0]!, status: "undelivered", error_code: 30003 };
  expect(await open().lookUp!(TEXT, { ...known, providerId: sid }, options)).toEqual({
    outcome: "found",
    providerId: sid,
    status: "undelivered",
    errorCode: "30003",
  });
  expect(await open().lookUp!(TEXT, { ...known, providerId: "SMnone" }, options)).toEqual({ outcome: "not_found" });
});

test("a look-up that gets no answer says so, and decides nothing", async () => {
  expect(await open({ token: "another" }).lookUp!(TEXT, known, options)).toMatchObject({ outcome: "no_answer" });
});
