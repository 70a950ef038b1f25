/** The fate of messages whose worker dies at any step, and how often their provider got each. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, afterEach, expect, test } from "vitest";
import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { readSmtpUrl } from "../../modules/messages/transports/access.ts";
import { query, sql } from "#lib/database/sql";
import { acceptEmail } from "#modules/messages";
import { emailInput } from "#schema/messages";
import { expectInvariants } from "#tests/factories/invariants";
import { aProvider, aText, drainMessages, messageStates } from "#tests/factories/messages";
import { SMTP_STAGES, startSmtp } from "#tests/fakes/smtp";
import { startTwilio, TWILIO_STAGES } from "#tests/fakes/twilio";
import { aCtx } from "#tests/setup/ctx";
import { advance, connectTest, databaseUrl, db, emptyDatabase } from "#tests/setup/database";
import { openQueue } from "../../modules/messages/queue/open.ts";
import { claimDue } from "../../modules/messages/sql/claim-due.ts";
import { sweepMessages } from "../../modules/messages/sql/sweep.ts";
import { sendMessage } from "../../modules/messages/send.ts";
import { storeFromQueue } from "../../modules/messages/store-from-queue.ts";
import { smtpTransport } from "../../modules/messages/transports/smtp.ts";
import { twilioTransport } from "../../modules/messages/transports/twilio.ts";
import { crashPointsOf, type Fault, failingPool, type Watch } from "./failing-pool.ts";

let points = 0;
let duplicates = 0;
afterAll(() => process.stdout.write(`crash points of messages tried: ${points}, sent twice: ${duplicates}\n`));

const anEmail = async (customerId: number) =>
  acceptEmail(
    await aCtx({ newId: () => crypto.randomUUID() }),
    emailInput.parse({
      customerId,
      from: "desk@example.com",
      to: `customer${customerId}@example.com`,
      subject: "Your call",
      body: `We call you at 15:30, customer ${customerId}.`,
    }),
  );
const CHANNELS = { sms: () => aText(), email: () => anEmail(1001) } as const;

const stateOf = async (id: string) =>
  (
    await query(
      db,
      z.object({ state: z.string(), code: z.string().nullable() }),
      sql`SELECT state, error_code AS code FROM messages WHERE id = ${id}::uuid`,
    )
  )[0];

test.each(["sms", "email"] as const)(
  "%s: a worker that is gone at any statement loses nothing and sends nothing twice; what it could not write down is unsure",
  async (channel) => {
    /** One round of a worker. */
    const work = async (ctx: Ctx, provider: ReturnType<typeof aProvider>) => {
      await sweepMessages(ctx);
      await storeFromQueue(ctx);
      const claimed = await claimDue(ctx, { channels: [channel], limit: 10 });
      for (const message of claimed) await sendMessage(ctx, message, provider.transports, new AbortController().signal);
    };
    const run = async (fault: Fault | null) => {
      await emptyDatabase();
      const { id } = await CHANNELS[channel]();
      const watch: Watch = { statements: [], fault, isOver: true };
      const failing = connectTest({ Pool: failingPool(watch), timeouts: "batch" });
      const provider = aProvider();
      const { now } = await aCtx();
      await work(await aCtx({ db: failing, now }), provider).catch(() => undefined);
      await failing.$disconnect();
      return { id, provider, statements: watch.statements };
    };

    const clean = await run(null);
    expect([(await stateOf(clean.id))?.state, clean.provider.handed.length]).toEqual(["sent", 1]);
    for (const { fault, where } of crashPointsOf(clean.statements)) {
      points += 1;
      const { id, provider } = await run(fault);
      const { handed } = provider;
      // The next workers come when the lease of the first is over.
      for (let round = 0; round < 3; round += 1) {
        await drainMessages(provider.transports);
        await advance({ minutes: 4 });
      }
      duplicates += Math.max(0, handed.length - 1);
      expect(handed.length, where).toBeLessThanOrEqual(1);
      const state = (await stateOf(id))?.state;
      expect(state, where).toBeOneOf(["sent", "unsure"]);
      if (state === "sent") expect(handed.length, where).toBe(1);
      await expectInvariants();
    }
  },
);

test.each(["postgres", "memory"] as const)(
  "%s: a text whose acceptance dies at any statement is not there or in the queue; its caller repeats it, and it is sent once",
  async (queueBackend) => {
    const limits = { queueBackend };
    const accept = async (given: Parameters<typeof aCtx>[0] = {}) =>
      aText({ idempotencyKey: "tried-until-accepted" }, { limits, afterAnswer: () => undefined, ...given });
    const run = async (fault: Fault | null) => {
      await emptyDatabase();
      await openQueue(await aCtx({ limits })).close();
      const watch: Watch = { statements: [], fault, isOver: true };
      const failing = connectTest({ Pool: failingPool(watch), timeouts: "batch" });
      const { now } = await aCtx();
      const answer = await accept({ db: failing, now }).catch(() => null);
      await failing.$disconnect();
      return { answer, statements: watch.statements };
    };

    const clean = await run(null);
    expect(clean.answer).toMatchObject({ status: "accepted", isReplay: false });
    for (const { fault, where } of crashPointsOf(clean.statements)) {
      points += 1;
      const { answer } = await run(fault);
      await expectInvariants();
      // A repeat takes the place of a first request that has died after this time.
      await advance({ seconds: 11 });
      const { id } = await accept();
      if (answer) expect(id, where).toBe(answer.id);
      const provider = aProvider();
      for (let round = 0; round < 2; round += 1) await drainMessages(provider.transports, limits);
      duplicates += Math.max(0, provider.handed.length - 1);
      expect(provider.handed, where).toMatchObject([{ id }]);
      expect(await messageStates(), where).toEqual(["sent"]);
      await expectInvariants();
    }
  },
);

const workers: ChildProcess[] = [];
afterEach(() => {
  for (const worker of workers.splice(0)) worker.kill("SIGKILL");
});

test("a worker is killed while its providers have taken messages, or not, and say nothing at any stage: none is sent twice, and each is sent or unsure", async () => {
  const [twilio, smtp] = [await startTwilio(), await startSmtp(["AUTH PLAIN"])];
  const worker = spawn(process.execPath, ["scripts/worker.ts"], {
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl,
      WORKER_CONCURRENCY: "50",
      TWILIO_API_URL: twilio.url,
      TWILIO_ACCOUNT_SID: twilio.account,
      TWILIO_AUTH_TOKEN: twilio.token,
      SMTP_URL: smtp.url.replace("//", "//user:password@"),
      LOG_LEVEL: "silent",
    },
    stdio: "ignore",
  });
  workers.push(worker);
  const ids: string[] = [];
  for (const at of TWILIO_STAGES) {
    twilio.misbehave({ at, how: "hang" });
    ids.push((await aText({ customerId: 2000 + ids.length, body: `Stage ${at}` })).id);
    await expect.poll(() => twilio.taken.length).toBe(ids.length);
  }
  for (const [n, at] of SMTP_STAGES.entries()) {
    smtp.misbehave({ at, how: "hang" });
    ids.push((await anEmail(3000 + n)).id);
    await expect.poll(() => smtp.hung()).toBe(n + 1);
  }
  const gone = once(worker, "exit");
  worker.kill("SIGKILL");
  await gone;

  twilio.misbehave(null);
  smtp.misbehave(null);
  const access = { api: new URL(twilio.url), account: twilio.account, token: twilio.token, callbackOf: () => null };
  const transports = { sms: twilioTransport(access), email: smtpTransport(readSmtpUrl(smtp.url)) };
  for (const minutes of [4, 3, 6, 16, 6]) {
    await advance({ minutes });
    await drainMessages(transports);
  }
  const sends = [...twilio.taken.map(({ body }) => body), ...smtp.taken.map(({ text }) => text)];
  const twice = sends.length - new Set(sends).size;
  duplicates += twice;
  const states = await Promise.all(ids.map(stateOf));
  await Promise.all([twilio.stop(), smtp.stop()]);
  expect(twice).toBe(0);
  expect(states.map((one) => one?.state)).toSatisfy((all: string[]) =>
    all.every((one) => ["sent", "unsure"].includes(one)),
  );
  expect(states.slice(TWILIO_STAGES.length).every((one) => one?.state === "unsure" && one.code === "worker_gone")).toBe(
    true,
  );
  await expectInvariants();
});
