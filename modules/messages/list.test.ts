import { expect, test } from "vitest";
import { z } from "zod";
import { importUsers } from "#modules/callbacks";
import { execute, query, sql } from "#lib/database/sql";
import { aText, drainMessages } from "#tests/factories/messages";
import { aCtx } from "#tests/setup/ctx";
import { db } from "#tests/setup/database";
import { acceptEmail, listMessages } from "./index.ts";
import { countsStatement } from "./sql/count-messages.ts";

const found = async (search: string) =>
  (await listMessages(await aCtx(), { search, limit: 50 })).messages.map(({ body }) => body).sort();

test("messages are found by the name or the number of their user, by their number, and by the customer's id; no character of a search is a wildcard", async () => {
  const anna = { id: 7_001n, firstName: "Anna", lastName: "Łuczak", phone: "020 7946 0001", timeZone: "Europe/London" };
  await importUsers(await aCtx(), { users: [anna] });
  const foreign = "7f2c1b1e-5f43-4a53-9d8e-0f0f0f0f0f0f";
  await aText({ customerId: "7001", to: "+442079460001", body: "to Anna" });
  await aText({ customerId: foreign, to: "+442079460002", body: "to somebody else" });
  const mail = { from: "desk@example.com", subject: "Hello", urgent: false };
  await acceptEmail(await aCtx(), { ...mail, customerId: foreign, to: "Ada.B@Example.com", body: "mail" });
  await drainMessages();
  await aText({ customerId: "7001", body: "in the queue" });
  const cases: [string, string[]][] = [
    ["anna", ["to Anna"]],
    ["luczak an", ["to Anna"]],
    ["7946 0001", ["to Anna"]],
    ["+44 20 7946 0002", ["to somebody else"]],
    ["ada.b@EXAMPLE.com", ["mail"]],
    [foreign.toUpperCase(), ["mail", "to somebody else"]],
    ["7001", ["to Anna"]],
    ["%", []],
    ["nobody@example.com", []],
  ];
  for (const [search, bodies] of cases) expect(await found(search), search).toEqual(bodies);
  const { messages } = await listMessages(await aCtx(), { to: "ADA.B@example.COM", limit: 50 });
  expect(messages).toMatchObject([{ body: "mail", to: "Ada.B@example.com" }]);
});

test("how many there are in each state is read by index, and of however many no more than the limit", async () => {
  await aText();
  await drainMessages();
  await aText();
  const { counts } = await listMessages(await aCtx(), { limit: 1 });
  expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(2);
  expect(counts).toMatchObject({ sent: 1, accepted: 1, dead: 0 });
  await execute(
    db,
    sql`INSERT INTO messages (id, seq, conversation_id, direction, channel, sender, recipient, body, body_hash, caller, accepted_at, stored_at,
          state, due_since, handed_over_at, event_at, event_type, event_actor, event_why)
        SELECT gen_random_uuid(), 1000 + n, conversation_id, 'out', 'sms', sender, recipient, body, body_hash, caller, accepted_at, stored_at,
          'sent', due_since, accepted_at, accepted_at, 'sent', 'test', 'test' FROM messages, generate_series(1, 12000) n WHERE state = 'sent'`,
  );
  expect((await listMessages(await aCtx(), { limit: 1 })).counts).toMatchObject({ sent: 10_000, accepted: 1 });
  await db.$executeRawUnsafe("ANALYZE messages");
  const [plan] = await query(
    db,
    z.object({ "QUERY PLAN": z.unknown() }),
    sql`EXPLAIN (ANALYZE, FORMAT JSON) ${countsStatement()}`,
  );
  const reads = scansOf(plan!["QUERY PLAN"]).filter((scan) => scan["Relation Name"] === "messages");
  const read = reads.map((scan) => Number(scan["Actual Rows"]) + Number(scan["Rows Removed by Filter"] ?? 0));
  expect(reads.map((scan) => scan["Node Type"])).not.toContain("Seq Scan");
  expect(read.reduce((sum, rows) => sum + rows, 0)).toBeLessThan(10_100);
});

type Scan = Record<string, unknown>;
/** Every step of a plan. */
function scansOf(plan: unknown): Scan[] {
  if (typeof plan !== "object" || plan === null) return [];
  return [plan as Scan, ...Object.values(plan).flatMap(scansOf)];
}
