import { expect, test } from "vitest";
import { env } from "#lib/base/env";
import { twilioSignature } from "../../modules/messages/senders.ts";
import { POST as inbound } from "../../app/api/webhooks/twilio/inbound/route.ts";
import { POST as status } from "../../app/api/webhooks/twilio/message-status/route.ts";
import { inTransaction } from "#lib/database/db";
import { execute, sql } from "#lib/database/sql";
import { expectInvariants } from "../factories/invariants.ts";
import { aProvider, aText, drainMessages } from "../factories/messages.ts";
import { db } from "../setup/database.ts";
import { api } from "./api.ts";
import { got } from "./call.ts";

const TOKEN = "a-token-of-twilio-0123456789";
const SID = `SM${"a".repeat(32)}`;

/** Sends a signed request of Twilio to one of our addresses. */
async function hook(path: string, form: Record<string, string>, token = TOKEN) {
  Object.assign(env(), { TWILIO_AUTH_TOKEN: [TOKEN] });
  const address = `http://localhost:3000/api/webhooks/twilio/${path}`;
  const body = new URLSearchParams(form);
  const headers = {
    "content-type": "application/x-www-form-urlencoded",
    "x-twilio-signature": twilioSignature(token, address, body),
  };
  const request = new Request(address, { method: "POST", headers, body: String(body) });
  return got(await (path === "inbound" ? inbound : status)(request, { params: Promise.resolve({}) }));
}

test("a report of Twilio is taken once and moves the message forwards", async () => {
  const { id } = await aText();
  await drainMessages(aProvider({ outcome: "sent", providerId: SID }).transports);
  const report = { MessageSid: SID, MessageStatus: "delivered", AccountSid: "AC1", SomethingNew: "x" };
  expect((await hook("message-status", report)).body).toEqual({ applied: true });
  expect((await hook("message-status", report)).body).toEqual({ applied: false });
  expect((await api(`GET /messages/${id}`)).body).toMatchObject({ state: "delivered" });
  await expectInvariants();
});

test("of twenty of the same report at once one is applied, and it is kept once", async () => {
  const { id } = await aText();
  await drainMessages(aProvider({ outcome: "sent", providerId: SID }).transports);
  const report = { MessageSid: SID, MessageStatus: "delivered" };
  const answers = await Promise.all(Array.from({ length: 20 }, () => hook("message-status", report)));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  expect(answers.filter(({ body }) => body.applied === true)).toHaveLength(1);
  const { body } = await api(`GET /messages/${id}`);
  expect(body).toMatchObject({ state: "delivered", reports: [{ status: "delivered" }] });
  await expectInvariants();
});

test("an event of Twilio whose rows others hold for too long gets 503 and when to send it again, which Twilio does; a 409 would lose it", async () => {
  await aText();
  await drainMessages(aProvider({ outcome: "sent", providerId: SID }).transports);
  const report = { MessageSid: SID, MessageStatus: "delivered" };
  const text = { MessageSid: `SM${"b".repeat(32)}`, From: "+442079460001", To: "+14155550100", Body: "Stop" };
  await inTransaction({ db }, async (held) => {
    await execute(held.db, sql`LOCK TABLE message_provider_events IN EXCLUSIVE MODE`);
    const answers = await Promise.all([hook("message-status", report), hook("inbound", text)]);
    for (const { status, headers, body } of answers)
      expect([status, headers.get("retry-after"), body.code]).toEqual([503, "1", "unavailable"]);
  });
  expect((await hook("message-status", report)).body).toEqual({ applied: true });
  expect((await hook("inbound", text)).status).toBe(200);
  await expectInvariants();
});

test("a text of STOP is answered with an empty response, and suppresses what this sender sends to that number", async () => {
  const text = { MessageSid: SID, From: "+442079460001", To: "+14155550100", Body: "Stop" };
  const answer = await hook("inbound", text);
  expect([answer.status, answer.headers.get("content-type"), answer.text]).toEqual([200, "text/xml", "<Response/>"]);
  expect(answer.headers.has("content-disposition")).toBe(false);
  await hook("inbound", text);
  const { suppressions } = (await api("GET /messages/suppressions")).body;
  expect(suppressions).toMatchObject([
    { channel: "sms", recipient: "+442079460001", sender: "+14155550100", reason: "stop" },
  ]);
  const { conversations } = (await api("GET /messages/conversations")).body as { conversations: { id: string }[] };
  const { messages } = (await api(`GET /conversations/${conversations[0]!.id}/messages`)).body;
  expect(messages).toMatchObject([{ direction: "in", state: "received", body: "Stop" }]);
  await expectInvariants();
});

test("a request without Twilio's signature writes nothing of a message", async () => {
  const { id } = await aText();
  await drainMessages(aProvider({ outcome: "sent", providerId: SID }).transports);
  const answer = await hook(
    "message-status",
    { MessageSid: SID, MessageStatus: "delivered" },
    "another-token-0123456789",
  );
  expect(answer.status).toBe(401);
  expect((await api(`GET /messages/${id}`)).body).toMatchObject({ state: "sent", reports: [] });
});
