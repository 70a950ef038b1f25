import { describe, expect, test } from "vitest";
import { z } from "zod";
import { query, sql } from "#lib/database/sql";
import { lookUpUser } from "#modules/call-queue";
import { lookUpInput } from "#schema/call-queue";
import {
  acceptCallback,
  allowCalls,
  cancelCallback,
  getCallback,
  importUsers,
  promiseCallback,
  scheduleCallback,
} from "#modules/callbacks";
import { recordCall, recordOutcome, takeNext } from "#modules/calls";
import { importUsersInput } from "#schema/call-queue";
import { aCallback, anAgent, liveEntries, tick } from "#tests/factories/desk";
import { expectInvariants } from "#tests/factories/invariants";
import { aCtx } from "#tests/setup/ctx";
import { connectTest, db, emptyDatabase } from "#tests/setup/database";

const LINE = "+44 20 7946 0001";
type Given = {
  timeZone?: string | null;
  country?: string | null;
  doNotCall?: boolean;
  phones?: { number: string | null; label?: string }[];
};

async function bring(...users: ({ id: number; phone: string | null } & Given)[]): ReturnType<typeof importUsers> {
  const rows = users.map((user) => ({ firstName: "Uma", lastName: "Ortiz", ...user }));
  return importUsers(await aCtx(), importUsersInput.parse({ users: rows }));
}

async function number(id: number): Promise<string | null> {
  const [row] = await query(
    db,
    z.object({ number: z.string().nullable() }),
    sql`SELECT number FROM users WHERE id = ${id}`,
  );
  return row!.number;
}

/** A call of this agent with this outcome; returns the sentence for the agent. */
async function callEnds(agentId: number, outcomeType: "do_not_call" | "wrong_number" | "no_answer"): Promise<string> {
  const { next } = await takeNext(await aCtx(), { agentId });
  const callSessionId = BigInt(next!.callSessionId as string);
  return (await recordOutcome(await aCtx(), { callSessionId, outcomeType })).message;
}

test.each([
  [LINE, {}, "+442079460001"],
  ["020 7946 0001", { timeZone: "Europe/London" }, "+442079460001"],
  ["020 7946 0001", { country: "GB", timeZone: "America/New_York" }, "+442079460001"],
  ["0044 20 7946 0001", { timeZone: "America/New_York" }, "+442079460001"],
  ["+44 20 7946 0001 ext. 12", {}, "+442079460001;ext=12"],
  ["+49 30 555 0100 Durchwahl 12", {}, "+49305550100;ext=12"],
  ["+33 1 55 50 01 00, poste 12", {}, "+33155500100;ext=12"],
  ["+44 (0)20 7946 0001", {}, "+442079460001"],
  ["(415) 555-0100", { timeZone: "America/Los_Angeles" }, "+14155550100"],
  ["tel:+442079460001;ext=12", {}, "+442079460001;ext=12"],
  ["TEL: 020 7946 0001", { country: "GB" }, "+442079460001"],
  ["'+44 20 7946 0001", {}, "+442079460001"],
  ['="+442079460001"', {}, "+442079460001"],
  ['"020 7946 0001"', { country: "GB" }, "+442079460001"],
  ["098765 43210", { timeZone: "Asia/Kolkata" }, "+919876543210"],
])("%s of %j is one number", async (phone, given, dials) => {
  expect((await bring({ id: 1, phone, ...given })).notDialable).toEqual([]);
  expect(await number(1)).toBe(dials);
});

test("a text that is no number is stored as it is and named, one row of many", async () => {
  const phones = ["020 7946 0001", "1-800-FLOWERS", "112", "ask reception"];
  const { upserted, notDialable } = await bring(...phones.map((phone, n) => ({ id: n + 1, phone })), {
    id: 9,
    phone: LINE,
    phones: [{ number: "123", label: "mobile" }],
  });
  expect(upserted).toBe(5);
  expect(notDialable).toEqual([
    ...phones.map((phone, n) => ({ userId: String(n + 1), phone })),
    { userId: "9", phone: "123" },
  ]);
});

test("a row without a number, zone or country costs nobody else a row, is named, and leaves the number that is known", async () => {
  await bring({ id: 1, phone: LINE });
  const empty = [
    { id: 1, phone: "" },
    { id: 2, phone: null, timeZone: null, country: null },
    { id: 3, phone: LINE, phones: [{ number: " " }, { number: "+44 7700 900123" }] },
  ];
  expect(await bring(...empty, { id: 4, phone: LINE })).toMatchObject({
    upserted: 4,
    notDialable: ["1", "2", "3"].map((userId) => ({ userId, phone: "" })),
    notUnderstood: [],
  });
  expect([await number(1), await number(2), await number(3)]).toEqual(["+442079460001", null, "+442079460001"]);
});

test("a number stays what it was when an import repeats it in a zone in which it cannot be read", async () => {
  await bring({ id: 1, phone: "020 7946 0001", timeZone: "Europe/London" });
  for (const night of [1, 2]) {
    const { notDialable } = await bring({ id: 1, phone: "(020) 7946-0001", timeZone: "America/New_York" });
    expect([night, notDialable, await number(1)]).toEqual([night, [], "+442079460001"]);
  }
  expect(await bring({ id: 1, phone: "020 7946 0002" })).toMatchObject({ notDialable: [{ phone: "020 7946 0002" }] });
  expect(await number(1)).toBeNull();
});

test("a text without a digit does not replace a number that can be dialled, and is named", async () => {
  await bring({ id: 1, phone: LINE });
  expect((await bring({ id: 1, phone: "unknown" })).notDialable).toEqual([{ userId: "1", phone: "unknown" }]);
  expect(await number(1)).toBe("+442079460001");
  await bring({ id: 1, phone: "07700 900123 (work)" });
  expect(await number(1)).toBe(null);
  await bring({ id: 2, phone: "ask reception" });
  expect((await bring({ id: 2, phone: "n/a" })).notDialable).toEqual([{ userId: "2", phone: "n/a" }]);
});

test("a zone that is named after a clock says no country that most who keep it do not live in", async () => {
  await bring({ id: 1, phone: "(415) 555-0100", timeZone: "EST" }, { id: 2, phone: "030 555 0100", timeZone: "CET" });
  expect([await number(1), await number(2)]).toEqual(["+14155550100", null]);
});

test("a country in small letters is read, and so is UK", async () => {
  await bring({ id: 1, phone: "020 7946 0001", country: "gb" }, { id: 2, phone: "020 7946 0002", country: " UK " });
  expect([await number(1), await number(2)]).toEqual(["+442079460001", "+442079460002"]);
});

test("one digit over and over fills in a form and is no number, unless a country has that number", async () => {
  await bring({ id: 1, phone: "000-000-0000", country: "US" }, { id: 2, phone: "+47 22 22 22 22" });
  expect([await number(1), await number(2)]).toEqual([null, "+4722222222"]);
});

test("a number without a country is read in the way of DEFAULT_COUNTRY", async () => {
  const ctx = await aCtx({ limits: { defaultCountry: "GB" } });
  await importUsers(ctx, { users: [{ id: 1n, firstName: "Uma", lastName: "Ortiz", phone: "020 7946 0001" }] });
  expect(await number(1)).toBe("+442079460001");
});

test.each([
  "+44 20 7946 0001",
  "0044 2079460001",
  "+44 7700 900123",
  "tel:+442079460001",
  "020 7946 0001 ext. 5",
  "'02079460001",
  "０２０７９４６０００１",
  "+44\u00a020\u20117946\u20110001",
])("%s finds who is stored otherwise", async (phone) => {
  const agentId = await anAgent();
  await bring({
    id: 1,
    phone: "020 7946 0001",
    country: "GB",
    phones: [{ number: "07700 900123", label: "mobile" }],
  });
  const input = lookUpInput.parse({ agentId, phone });
  expect(await lookUpUser(await aCtx(), input)).toMatchObject({ user: { userId: "1" } });
});

test("who calls is found by the line, which a telephone shows without the extension, after those who have the line alone", async () => {
  const agentId = await anAgent();
  const user = async (phone: string) => (await lookUpUser(await aCtx(), { agentId, phone })).user?.userId ?? null;
  await bring({ id: 1, phone: `${LINE} ext. 12` });
  expect([await user(LINE), await user(`${LINE} x12`), await user(`${LINE} x13`)]).toEqual(["1", "1", null]);
  await bring({ id: 2, phone: LINE });
  expect([await user(LINE), await user(`${LINE} x12`)]).toEqual(["2", "1"]);
});

describe("a number that asked not to be called", () => {
  test("is refused for everybody who has it, and the refusal says who asked", async () => {
    await bring({ id: 5001, phone: LINE, doNotCall: true });
    await bring({ id: 5002, phone: "020 7946 0001", timeZone: "Europe/London" });
    await expect(aCallback({ userId: 5002n })).rejects.toMatchObject({
      code: "do_not_call",
      message: expect.stringContaining("This number asked not to be called (user 5001)"),
    });
  });

  test("ends the promises to everybody who has it, and the agent hears how many", async () => {
    const ann = await anAgent();
    await bring({ id: 1, phone: LINE }, { id: 2, phone: LINE }, { id: 3, phone: "+44 20 7946 0002" });
    await aCallback({ userId: 1n, acceptedBy: ann });
    const others = [await aCallback({ userId: 1n, inMinutes: 600 }), await aCallback({ userId: 2n })];
    const spared = await aCallback({ userId: 3n });
    await tick();
    expect(await callEnds(ann, "do_not_call")).toContain("2 other promises to this number were cancelled.");
    for (const id of others)
      expect(await getCallback(await aCtx(), { id })).toMatchObject({
        status: "cancelled",
        cancelReason: "This number asked not to be called (user 1).",
      });
    expect((await liveEntries()).map(({ callbackId }) => callbackId)).toEqual([spared]);
    await expectInvariants();
  });

  test("a call_back for a number that was marked meanwhile says what to do instead, and that works", async () => {
    await bring({ id: 1, phone: LINE });
    const ann = await anAgent();
    await aCallback({ userId: 1n, preferredAgentId: ann });
    await tick();
    const { next } = await takeNext(await aCtx(), { agentId: ann });
    await bring({ id: 1, phone: LINE, doNotCall: true });
    const callSessionId = BigInt(next!.callSessionId);
    const callback = { scheduledFor: "2026-03-02T12:00:00Z" };
    await expect(
      recordOutcome(await aCtx(), { callSessionId, outcomeType: "call_back", callback }),
    ).rejects.toMatchObject({
      code: "do_not_call",
      message: expect.stringMatching(/Save the call as answered.*ask a supervisor/),
    });
    expect(
      await recordOutcome(await aCtx(), { callSessionId, outcomeType: "answered", notes: "Wants a call at noon." }),
    ).toMatchObject({ success: true, callback: { status: "completed" } });
  });

  test("no import takes back what was said in a conversation, and it answers how many it kept", async () => {
    const ann = await anAgent();
    await bring({ id: 1, phone: LINE });
    await aCallback({ userId: 1n, acceptedBy: ann });
    await callEnds(ann, "do_not_call");
    expect(await bring({ id: 1, phone: LINE, doNotCall: false })).toMatchObject({ doNotCallKept: 1 });
    await bring({ id: 2, phone: "020 7946 0001", country: "GB" });
    for (const userId of [1n, 2n]) await expect(aCallback({ userId })).rejects.toMatchObject({ code: "do_not_call" });
  });

  test("an import lifts what an import of the same user set, and nobody else's", async () => {
    await bring({ id: 1, phone: LINE, doNotCall: true });
    expect(await bring({ id: 2, phone: LINE, doNotCall: false })).toMatchObject({ doNotCallKept: 1 });
    await expect(aCallback({ userId: 1n })).rejects.toMatchObject({ code: "do_not_call" });
    expect(await bring({ id: 1, phone: LINE, doNotCall: false })).toMatchObject({ doNotCallKept: 0 });
    await aCallback({ userId: 1n });
    await aCallback({ userId: 2n });
  });

  test("marking by an import ends the promises of all who have it; a call under way ends first", async () => {
    const ann = await anAgent();
    await bring({ id: 1, phone: LINE }, { id: 2, phone: LINE });
    const inCall = await aCallback({ userId: 1n, acceptedBy: ann });
    const other = await aCallback({ userId: 2n });
    const { next } = await takeNext(await aCtx(), { agentId: ann });
    await bring({ id: 2, phone: LINE, doNotCall: true });
    expect((await getCallback(await aCtx(), { id: other })).status).toBe("cancelled");
    await expectInvariants();
    await recordOutcome(await aCtx(), { callSessionId: BigInt(next!.callSessionId as string), outcomeType: "busy" });
    expect((await getCallback(await aCtx(), { id: inCall })).status).toBe("failed");
    await expectInvariants();
  });

  test("a number that an import corrects while its user says so in a call is marked as well", async () => {
    const ann = await anAgent();
    await bring({ id: 1, phone: LINE });
    await aCallback({ userId: 1n, acceptedBy: ann });
    const later = await aCallback({ userId: 1n, inMinutes: 600 });
    const { next } = await takeNext(await aCtx(), { agentId: ann });
    await bring({ id: 1, phone: "+44 20 7946 0002", doNotCall: false });
    const said = { callSessionId: BigInt(next!.callSessionId), outcomeType: "do_not_call" } as const;
    expect((await recordOutcome(await aCtx(), said)).message).toContain(
      "1 other promise to this number was cancelled.",
    );
    expect((await getCallback(await aCtx(), { id: later })).status).toBe("cancelled");
    await bring({ id: 2, phone: LINE }, { id: 3, phone: "+44 20 7946 0002" });
    for (const userId of [1n, 2n, 3n])
      await expect(aCallback({ userId })).rejects.toMatchObject({ code: "do_not_call" });
    await expectInvariants();
  });

  test("keeps its mark while an import writes it with other words around it, and once a number can be read", async () => {
    await bring({ id: 1, phone: `${LINE} (work)`, doNotCall: true }, { id: 2, phone: LINE });
    await bring({ id: 1, phone: LINE });
    for (const userId of [1n, 2n]) await expect(aCallback({ userId })).rejects.toMatchObject({ code: "do_not_call" });
    await bring({ id: 2, phone: "020 7946 0001, ask for Bea", doNotCall: false });
    await expect(aCallback({ userId: 2n })).rejects.toMatchObject({ code: "do_not_call" });
    await bring({ id: 2, phone: "+44 20 7946 0002, ask for Bea" });
    await aCallback({ userId: 2n });
    await expectInvariants();
  });

  test("keeps its mark when another zone or country makes the same digits a number of another country", async () => {
    const ann = await anAgent();
    const asWritten = { phone: "020 7946 0001", doNotCall: false };
    const home = { ...asWritten, phones: [{ number: "07700 900123" }] };
    const inZone = async (timeZone: string) =>
      bring({ id: 1, ...home, timeZone }, { id: 2, ...asWritten, timeZone }, { id: 3, phone: "+81 3 1234 5678" });
    await inZone("Europe/London");
    await aCallback({ userId: 1n, acceptedBy: ann });
    await callEnds(ann, "do_not_call");
    await bring({ id: 4, phone: "+44 7700 900123", doNotCall: true });
    expect(await inZone("Asia/Tokyo")).toMatchObject({ doNotCallKept: 2 });
    expect([await number(1), await number(2)]).toEqual(["+812079460001", "+812079460001"]);
    for (const userId of [1n, 2n]) await expect(aCallback({ userId })).rejects.toMatchObject({ code: "do_not_call" });
    const named = { userId: 3n, phone: "+81 7700 900123", scheduledFor: "2026-03-03T02:00:00Z" };
    await expect(scheduleCallback(await aCtx(), named)).rejects.toMatchObject({ code: "do_not_call" });
    // A number that says its country is another one.
    await bring({ id: 1, phone: "+49 20 7946 0001", doNotCall: false });
    await aCallback({ userId: 1n });
    await expectInvariants();
  });

  test("another number is callable again", async () => {
    const ann = await anAgent();
    await bring({ id: 1, phone: LINE });
    await aCallback({ userId: 1n, acceptedBy: ann });
    await callEnds(ann, "do_not_call");
    await bring({ id: 1, phone: "+44 20 7946 0002" });
    await aCallback({ userId: 1n });
  });

  test("a supervisor lifts the mark with a reason, for everybody who has the number", async () => {
    const lift = async (userId: bigint) =>
      allowCalls(await aCtx(), { userId, reason: "she rang and wants us to call" });
    await bring({ id: 1, phone: LINE, doNotCall: true }, { id: 2, phone: LINE });
    expect(await lift(2n)).toMatchObject({ users: 2 });
    await aCallback({ userId: 1n });
    await expect(lift(1n)).rejects.toMatchObject({ code: "wrong_state" });
    await expect(lift(3n)).rejects.toMatchObject({ code: "not_found" });
    await expectInvariants();
  });

  test("every change of a mark is in the audit with its actor and cause", async () => {
    const ann = await anAgent();
    await bring({ id: 1, phone: LINE, doNotCall: true });
    await bring({ id: 1, phone: LINE, doNotCall: false });
    await aCallback({ userId: 1n, acceptedBy: ann });
    await callEnds(ann, "do_not_call");
    const rows = await query(
      db,
      z.object({ action: z.string(), subject: z.string(), source: z.string() }),
      sql`SELECT action, subject, details ->> 'source' AS source FROM audit_entries WHERE action LIKE 'number.%' ORDER BY id`,
    );
    expect(rows).toEqual([
      { action: "number.do_not_call", subject: "user 1", source: "import" },
      { action: "number.callable", subject: "user 1", source: "import" },
      { action: "number.do_not_call", subject: "user 1", source: "conversation" },
    ]);
  });

  test("an import of a second record and the outcome that marks the number, at once: nobody who has it is promised a call", async () => {
    const other = connectTest();
    for (let round = 0; round < 8; round += 1) {
      await emptyDatabase();
      const ann = await anAgent();
      await bring({ id: 1, phone: LINE }, { id: 2, phone: "+44 20 7946 0002" });
      await aCallback({ userId: 1n, acceptedBy: ann });
      const late = await aCallback({ userId: 2n, inMinutes: 100 });
      const { next } = await takeNext(await aCtx(), { agentId: ann });
      const callSessionId = BigInt(next!.callSessionId as string);
      await Promise.all([
        recordOutcome(await aCtx(), { callSessionId, outcomeType: "do_not_call" }),
        importUsers(await aCtx({ db: other }), {
          users: [1n, 2n].map((id) => ({ id, firstName: "U", lastName: "O", phone: LINE, doNotCall: false })),
        }),
        scheduleCallback(await aCtx({ db: other }), { userId: 1n, scheduledFor: "2026-03-03T09:00:00Z" }).catch(
          () => {},
        ),
      ]);
      expect((await getCallback(await aCtx(), { id: late })).status).toBe("cancelled");
      await expectInvariants();
    }
  });
});

describe("a wrong number", () => {
  test("sets the other promises to it aside until the right one comes", async () => {
    const ann = await anAgent();
    await bring({ id: 1, phone: LINE }, { id: 2, phone: LINE });
    await aCallback({ userId: 1n, acceptedBy: ann });
    const others = [await aCallback({ userId: 1n, inMinutes: 5 }), await aCallback({ userId: 2n })];
    await tick();
    expect(await callEnds(ann, "wrong_number")).toContain("2 other promises to this number were set aside");
    await tick();
    expect(await liveEntries()).toEqual([]);
    for (const id of others) {
      expect((await getCallback(await aCtx(), { id })).quarantinedAt).not.toBeNull();
      await expect(acceptCallback(await aCtx(), { callbackId: id, agentId: ann })).rejects.toMatchObject({
        code: "wrong_number",
      });
    }
    const promised = await promiseCallback(await aCtx(), { userId: 1n, scheduledFor: "2026-03-04T10:00:00Z" });
    expect(promised.conflicts).toEqual(["The number of user 1 is wrong; import the right one."]);
    await expectInvariants();
    await bring({ id: 1, phone: "+44 20 7946 0002" });
    await tick();
    expect((await liveEntries()).map(({ callbackId }) => callbackId)).toEqual([others[0]]);
    expect((await getCallback(await aCtx(), { id: others[0]! })).quarantinedAt).toBeNull();
    await expectInvariants();
  });
});

describe("one call per number", () => {
  test("of two agents who claim two users of one number at once, one gets a call", async () => {
    const other = connectTest();
    for (let round = 0; round < 8; round += 1) {
      await emptyDatabase();
      const [ann, ben] = [await anAgent(), await anAgent()];
      await bring({ id: 1, phone: LINE }, { id: 2, phone: "020 7946 0001", country: "GB" });
      for (const [userId, agentId] of [
        [1n, ann],
        [2n, ben],
      ] as const)
        await aCallback({ userId, acceptedBy: agentId });
      const claims = await Promise.all([
        takeNext(await aCtx(), { agentId: ann }),
        takeNext(await aCtx({ db: other }), { agentId: ben }),
      ]);
      expect(claims.filter(({ next }) => next !== null)).toHaveLength(1);
      await expectInvariants();
    }
  });

  test("is asked about when a promise is accepted and when a call is recorded", async () => {
    const [ann, ben] = [await anAgent({ name: "Ann" }), await anAgent()];
    await bring({ id: 1, phone: LINE }, { id: 2, phone: LINE });
    const [first, second] = [await aCallback({ userId: 1n, acceptedBy: ann }), await aCallback({ userId: 2n })];
    await takeNext(await aCtx(), { agentId: ann });
    const busy = { code: "user_on_call" };
    await expect(acceptCallback(await aCtx(), { callbackId: second, agentId: ben })).rejects.toMatchObject({
      ...busy,
      message: "Ann Able is on a call with this person or this number at this moment.",
    });
    const inbound = { userId: 2n, direction: "inbound", status: "in_progress" } as const;
    await expect(recordCall(await aCtx(), inbound)).rejects.toMatchObject(busy);
    await expect(cancelCallback(await aCtx(), { callbackId: first, reason: "x" })).rejects.toMatchObject(busy);
  });
});
