import { z } from "zod";
import { query, sql } from "#lib/database/sql";
import { UNBOUNDED } from "#lib/time/until";
import { acceptSms, drainMessagesForCron, pauseProviderByHand } from "#modules/messages";
import { type AcceptAnswer, smsInput } from "#schema/messages";
import type { OutgoingMessage, SendResult, Transport } from "../../modules/messages/transports/transport.ts";
import { outbox } from "../../modules/messages/transports/outbox.ts";
import { twilioTransport } from "../../modules/messages/transports/twilio.ts";
import type { FakeTwilio } from "../fakes/twilio.ts";
import { aCtx } from "../setup/ctx.ts";
import { db } from "../setup/database.ts";

type Given = Partial<z.input<typeof smsInput>>;

/** Accepts a text. */
export async function aText(
  given: Given = {},
  ctx: NonNullable<Parameters<typeof aCtx>[0]> = {},
): Promise<AcceptAnswer> {
  const text = { customerId: 1001, from: "+14155550100", to: "+442079460001", body: "We call you at 15:30.", ...given };
  return acceptSms(await aCtx({ newId: () => crypto.randomUUID(), ...ctx }), smsInput.parse(text));
}

/** A provider that gives these answers in order, and the last one for ever; `handed` are the messages that it got, in order. */
export function aProvider(
  ...answers: (SendResult | ((message: OutgoingMessage) => SendResult | Promise<SendResult>))[]
): { handed: OutgoingMessage[]; transports: { sms: Transport; email: Transport }; transport: Transport } {
  const handed: OutgoingMessage[] = [];
  const transport: Transport = {
    name: "twilio",
    send: async (message) => {
      handed.push(message);
      const answer = answers[Math.min(handed.length, answers.length) - 1];
      if (answer === undefined) return { outcome: "sent", providerId: `SM${handed.length}` };
      return typeof answer === "function" ? answer(message) : answer;
    },
  };
  return { handed, transport, transports: { sms: transport, email: { ...transport, name: "smtp" } } };
}

/** Sends texts to this fake of Twilio, over HTTP. */
export function textsBy({ url, account, token }: FakeTwilio): { sms: Transport; email: Transport } {
  return { sms: twilioTransport({ api: new URL(url), account, token, callbackOf: () => null }), email: outbox };
}

/** A failure of this class. */
export function failedWith(errorClass: "transient" | "throttled" | "permanent" | "recipient" | "ours", code = "500") {
  return { outcome: "failed", errorClass, code, sentence: `The provider answered ${code}.` } as const;
}

const ANSWERS: Readonly<Record<string, SendResult>> = {
  "We call you at 15:30.": { outcome: "sent", providerId: "SM-1" },
  "Your call moved to Thursday.": { outcome: "unsure", code: "timeout", sentence: "No answer came in time." },
  "We call you at 16:00.": failedWith("permanent", "21211"),
  "We call you at 16:30.": failedWith("transient"),
  "We call you at 17:00.": {
    ...failedWith("recipient", "21610"),
    suppression: { reason: "stop", scope: "sender" },
  },
};

/** Messages in the states of the screens, and a paused provider. */
export async function messagesToLookAt(): Promise<void> {
  for (const [place, body] of Object.keys(ANSWERS).entries())
    await aText({ body, customerId: 2_001 + place, to: `+44207946001${place}` });
  await drainMessages(aProvider((message) => ANSWERS[message.body]!).transports);
  await aText({
    body: "Not yet.",
    customerId: 2_000,
    sendAfter: new Date((await aCtx()).now.getTime() + 3_600_000).toISOString(),
  });
  await drainMessages();
  await aText({ body: "Accepted only." });
  await pauseProviderByHand(await aCtx(), { transport: "twilio", why: "incident" });
}

/** Stores and sends the messages that are due now, as the cron does. */
export async function drainMessages(
  transports?: Parameters<typeof drainMessagesForCron>[2],
  limits: NonNullable<Parameters<typeof aCtx>[0]>["limits"] = {},
) {
  return drainMessagesForCron(await aCtx({ actor: { kind: "cron" }, limits }), UNBOUNDED, transports);
}

/** The state of every message, in the order of acceptance. */
export async function messageStates(): Promise<string[]> {
  const rows = await query(db, z.object({ state: z.string() }), sql`SELECT state FROM messages ORDER BY seq`);
  return rows.map(({ state }) => state);
}
