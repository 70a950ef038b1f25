import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { readSmtpUrl } from "./access.ts";
import { type FakeSmtp, SMTP_STAGES, type SmtpFault, startSmtp } from "#tests/fakes/smtp";
import { smtpTransport } from "./smtp.ts";
import type { OutgoingMessage, SendResult } from "./transport.ts";

let server: FakeSmtp;
beforeAll(async () => {
  server = await startSmtp(["AUTH PLAIN", "PIPELINING"]);
});
afterEach(() => {
  server.misbehave(null);
  server.taken.length = 0;
});
afterAll(() => server.stop());

const MAIL: OutgoingMessage = {
  id: "0198e0a0-0000-7000-8000-000000000001",
  from: "desk@example.com",
  to: "uma@example.org",
  subject: "Ihr Rückruf – 15:30",
  body: "We call you at 15:30.\n.\nA line with a dot alone is a line.",
};
const options = { signal: new AbortController().signal, now: new Date("2026-03-02T09:00:00Z") };
/** Patient enough for a busy machine; a server that hangs is waited for as briefly as that allows. */
const times = { greetingMs: 20_000, answerMs: 20_000, attemptMs: 60_000 };
const brief = { ...times, greetingMs: 400, answerMs: 400 };

async function send(
  fault: SmtpFault | null,
  message: Partial<OutgoingMessage> = {},
  within = times,
): Promise<SendResult> {
  server.misbehave(fault);
  return smtpTransport(readSmtpUrl(server.url.replace("//", "//uma:secret@")), within).send(
    { ...MAIL, ...message },
    options,
  );
}

test("an e-mail arrives as it was written, under an id that every attempt has", async () => {
  const [first, second] = [await send(null), await send(null)];
  expect(first).toMatchObject({ outcome: "sent", providerId: `${MAIL.id}@example.com`, said: "250 2.0.0 queued as 1" });
  expect(second).toMatchObject({ providerId: `${MAIL.id}@example.com` });
  const [mail] = server.taken;
  expect(mail).toMatchObject({ from: MAIL.from, to: MAIL.to });
  expect(mail?.headers).toContain(`Message-ID: <${MAIL.id}@example.com>`);
  expect(mail?.headers).toMatch(/^Subject: =\?UTF-8\?/m);
  expect(mail?.headers).toContain("Date: Mon, 02 Mar 2026 09:00:00 +0000");
  expect(mail?.text.replaceAll("\r\n", "\n").trimEnd()).toBe(MAIL.body);
});

// A short message and its last dot leave together: of the body there is a test of its own, with a long one.
test.each(SMTP_STAGES.filter((stage) => stage !== "body" && stage !== "end"))(
  "a server that drops the connection at %s has nothing, and another attempt is safe",
  async (at) => {
    expect(await send({ at, how: "drop" })).toMatchObject({
      outcome: "failed",
      errorClass: "transient",
      code: "unreachable",
    });
    expect(server.taken).toEqual([]);
  },
);

test.each(SMTP_STAGES.filter((stage) => stage !== "body" && stage !== "end"))(
  "a server that hangs at %s has nothing, and another attempt is safe",
  async (at) => {
    expect(await send({ at, how: "hang" }, {}, brief)).toMatchObject({ outcome: "failed", errorClass: "transient" });
    expect(server.taken).toEqual([]);
  },
);

test.each(["hang", "drop"] as const)(
  "a server that has the last dot and does a %s leaves the message unsure: it was taken once",
  async (how) => {
    expect(await send({ at: "end", how }, {}, how === "hang" ? brief : times)).toMatchObject({
      outcome: "unsure",
      code: how === "hang" ? "timeout" : "broken_off",
    });
    expect(server.taken).toHaveLength(1);
  },
);

test.each<[at: SmtpFault["at"], outcome: string, taken: number, attemptMs: number]>([
  ["ehlo", "failed", 0, 400],
  ["rcpt", "failed", 0, 400],
  // Long enough for the whole message to leave on a busy machine.
  ["end", "unsure", 1, 3_000],
])(
  "a server that never ends its reply at %s is given up at the end of the attempt, and the message is %s",
  async (at, outcome, taken, attemptMs) => {
    expect(await send({ at, how: "drip" }, {}, { ...times, attemptMs })).toMatchObject({
      outcome,
      sentence: expect.stringContaining("did not answer in time"),
    });
    expect(server.taken).toHaveLength(taken);
  },
);

test("a server that stops reading in the middle of a long message has nothing, and another attempt is safe", async () => {
  const body = "A line of a long message.\n".repeat(400_000);
  expect(await send({ at: "body", how: "drop" }, { body })).toMatchObject({
    outcome: "failed",
    errorClass: "transient",
  });
  expect(server.taken).toEqual([]);
});

test.each<[at: SmtpFault["at"], how: `${number} ${string}`, errorClass: string, code: string]>([
  ["greeting", "554 5.7.1 no service for you", "ours", "5.7.1"],
  ["auth", "535 5.7.8 bad credentials", "ours", "5.7.8"],
  ["mail", "451 4.3.0 later", "transient", "4.3.0"],
  ["mail", "550 5.7.1 reputation", "ours", "5.7.1"],
  ["rcpt", "550 5.1.1 no such user uma@example.org", "recipient", "5.1.1"],
  ["rcpt", "450 4.2.1 busy", "transient", "4.2.1"],
  ["rcpt", "421 4.7.0 too much", "throttled", "4.7.0"],
  ["data", "554 no", "permanent", "554"],
  ["end", "552 5.3.4 too large", "permanent", "5.3.4"],
  ["end", "451 4.7.1 greylisted", "transient", "4.7.1"],
])("a reply at %s of %s is %s, and nothing was taken", async (at, how, errorClass, code) => {
  expect(await send({ at, how })).toMatchObject({ outcome: "failed", errorClass, code });
  expect(server.taken).toEqual([]);
});

test("only the fault of the recipient is written to the suppressions, and no answer names them", async () => {
  const result = await send({ at: "rcpt", how: "550 5.1.1 no such user uma@example.org" });
  expect(result).toMatchObject({ suppression: { reason: "bounce", scope: "any" }, said: "550 5.1.1 no such user …" });
  expect(JSON.stringify(result)).not.toContain("uma@");
});

test("a line break in a header sends nothing at all", async () => {
  const before = server.connections();
  const result = await send(null, { subject: "Hi\r\nBcc: everybody@example.org" });
  expect(result).toMatchObject({ outcome: "failed", errorClass: "permanent", code: "header" });
  expect(server.connections()).toBe(before);
});

test("a worker that ends before the message has left gives it back unsent", async () => {
  const stopping = new AbortController();
  server.misbehave({ at: "greeting", how: "hang" });
  const before = server.connections();
  const sending = smtpTransport(readSmtpUrl(server.url), times).send(MAIL, { ...options, signal: stopping.signal });
  await expect.poll(server.connections).toBe(before + 1);
  stopping.abort();
  expect(await sending).toMatchObject({ outcome: "failed", code: "stopped" });
  expect(server.taken).toEqual([]);
});

test("without encryption neither a password nor a message goes to another machine", async () => {
  const access = { ...readSmtpUrl(server.url), isHere: false, login: { user: "uma", pass: "secret" } };
  expect(await smtpTransport(access, times).send(MAIL, options)).toMatchObject({
    outcome: "failed",
    errorClass: "ours",
  });
  expect(server.taken).toEqual([]);
});
