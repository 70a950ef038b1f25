import { expect, test } from "vitest";
import { z } from "zod";
import { execute, query, sql } from "#lib/database/sql";
import { findPeople, importUsers, listCallbacks } from "#modules/callbacks";
import { importUsersInput } from "#schema/call-queue";
import { aCallback } from "#tests/factories/desk";
import { aCtx } from "#tests/setup/ctx";
import { connectTest, db } from "#tests/setup/database";

type Given = Record<string, unknown>;
const user = (id: number | string, more: Given = {}): Given => ({
  id,
  firstName: "Uma",
  lastName: "Ortiz",
  phone: "+15550100",
  ...more,
});
const claim = (id: number, more: Given = {}): Given => ({ id, status: "open", ...more });
const importing = async (...users: Given[]) => importUsers(await aCtx(), importUsersInput.parse({ users }));
const count = async (table: "users" | "claims" | "requirements"): Promise<number> => {
  const [row] = await query(
    db,
    z.object({ n: z.int() }),
    sql`SELECT (CASE ${table} WHEN 'users' THEN (SELECT count(*) FROM users)
    WHEN 'claims' THEN (SELECT count(*) FROM claims) ELSE (SELECT count(*) FROM requirements) END)::int AS n`,
  );
  return row!.n;
};

test("an id beyond 2^53 keeps every digit", async () => {
  await importing(user("9007199254740993"));
  const [row] = await query(db, z.object({ id: z.bigint() }), sql`SELECT id FROM users`);
  expect(row?.id).toBe(9007199254740993n);
});

test("claims that come replace the known ones, claims that do not come stay", async () => {
  const requirements = [{ type: "passport", status: "open", createdAt: "2026-02-01T00:00:00Z" }];
  await importing(user(1, { claims: [claim(1, { requirements }), claim(2)] }));
  expect([await count("claims"), await count("requirements")]).toEqual([2, 1]);
  await importing(user(1, { phone: "+15550199" }));
  expect(await count("claims")).toBe(2);
  await importing(user(1, { claims: [claim(3)] }));
  expect([await count("claims"), await count("requirements")]).toEqual([1, 0]);
  await importing(user(1, { claims: [] }));
  expect(await count("claims")).toBe(0);
});

test("a field that an update leaves out stays as it was", async () => {
  await importing(user(1, { email: "uma@example.test", timeZone: "Asia/Kolkata", doNotCall: true }));
  await importing(user(1, { firstName: "Umma" }));
  const [row] = await query(db, z.unknown(), sql`SELECT first_name, email, time_zone, do_not_call FROM users`);
  expect(row).toEqual({ first_name: "Umma", email: "uma@example.test", time_zone: "Asia/Kolkata", do_not_call: true });
});

test("a thousand users are one import, one more is refused", async () => {
  const many = Array.from({ length: 1_000 }, (_, n) => user(n + 1, { claims: [claim(n + 1)] }));
  expect(await importing(...many)).toMatchObject({ upserted: 1_000 });
  expect(importUsersInput.safeParse({ users: [...many, user(1_001)] }).success).toBe(false);
});

test.each([
  ["a claim twice", [user(1, { claims: [claim(7)] }), user(2, { claims: [claim(7)] })], "invalid_input"],
  ["a claim of another user", [user(2, { claims: [claim(500)] })], "conflict"],
  ["a user who is new and has no name", [user(1, { firstName: null, lastName: " " })], "invalid_input"],
])("%s is refused, and nothing is written when no row is left", async (_title, users, code) => {
  await importing(user(99, { claims: [claim(500)] }));
  await expect(importing(...users)).rejects.toMatchObject({ code });
  expect(await count("users")).toBe(1);
  expect(await importing(user(3), ...users)).toMatchObject({
    upserted: 1,
    refused: users.map(({ id }, n) => ({
      row: n + 2,
      userId: String(id),
      why: expect.stringMatching(/[a-z]{4}.*\.$/),
    })),
  });
  expect([await count("users"), await count("claims")]).toEqual([2, 1]);
});

const BAD_ROWS: [string, unknown][] = [
  ["an id that is none", user("x")],
  ["no id", { firstName: "Uma" }],
  ["no object", "Uma Ortiz"],
  ["null", null],
  ["a list", []],
  ["a name that nobody sees", user(1, { firstName: "\u200b\u2060" })],
  ["a name that cannot be stored", user(1, { lastName: "a\0b" })],
  ["do-not-call in words", user(1, { doNotCall: "yes" })],
  ["a field that nobody knows", user(1, { role: "admin" })],
  ["a claim without a status", user(1, { claims: [{ id: 8 }] })],
  ["a claim of no time", user(1, { claims: [claim(8, { signatureMissingSince: "yesterday" })] })],
  ["half a character in a claim", user(1, { claims: [claim(8, { status: "\ud800" })] })],
  ["claims that are no list", user(1, { claims: "8" })],
];

test.each(BAD_ROWS)(
  "%s costs an import its own row only, which the answer names with a sentence",
  async (_title, bad) => {
    const answer = await importing(user(50), bad as Given, user(51, { claims: [claim(1)] }));
    expect(answer).toMatchObject({ upserted: 2, refused: [{ row: 2, why: expect.stringMatching(/[a-z]{4}.*\.$/) }] });
    expect([await count("users"), await count("claims")]).toEqual([2, 1]);
    expect(
      importUsersInput.safeParse({ users: [bad] }).success && (await importing(bad as Given).catch(() => "refused")),
    ).toSatisfy((end) => end === false || end === "refused");
  },
);

test("a new user may have one name, given as either; it is shown and found without a space beside it", async () => {
  const answer = await importing(
    user(1, { firstName: "Suharto", lastName: "" }),
    user(2, { firstName: undefined, lastName: "Madhavi" }),
  );
  expect(answer).toMatchObject({ upserted: 2, refused: [], notUnderstood: [] });
  await aCallback({ userId: 1n });
  expect((await listCallbacks(await aCtx(), { limit: 9 })).callbacks).toMatchObject([{ userName: "Suharto" }]);
  for (const [id, name] of [
    ["1", "Suharto"],
    ["2", "Madhavi"],
  ] as const)
    expect((await findPeople(await aCtx(), { search: name })).people).toMatchObject([{ userId: id, name }]);
  await execute(
    db,
    sql`UPDATE users SET erased_at = ringback_now(), first_name = 'erased', last_name = 'erased', do_not_call = true, number = NULL WHERE id = 2`,
  );
  await importing(user(2, { firstName: "Devi", lastName: null }));
  expect((await findPeople(await aCtx(), { search: "devi" })).people).toMatchObject([{ name: "Devi" }]);
});

test("a name whose letters were lost or misread on the way is stored, and the answer names it", async () => {
  const answer = await importing(
    user(1, { firstName: "JosÃ©", lastName: "NÃºÃ±ez" }),
    user(2, { firstName: "Jos\ufffd" }),
    user(3, { firstName: "JOÃO", lastName: "Â" }),
  );
  expect(answer.upserted).toBe(3);
  expect(answer.notUnderstood.map(({ userId, field, value }) => [userId, field, value])).toEqual([
    ["1", "firstName", "JosÃ©"],
    ["1", "lastName", "NÃºÃ±ez"],
    ["2", "firstName", "Jos\ufffd"],
  ]);
  await expect(importing(user(1, { id: "x" }))).rejects.toThrow(/digits only"/);
});

test("what of a row need not be there is left out or cut, named with a sentence, and its row is taken", async () => {
  await importing(user(1));
  const label = "the mobile of the office ".repeat(5);
  const answer = await importing(
    user(1, { firstName: "", lastName: "\u0000" }),
    user(2, {
      firstName: "Ma".repeat(60),
      phones: [
        { number: "+44 7700 900123", label },
        { number: "+44 7700 900124", label: "" },
      ],
    }),
    user(3, { phones: Array.from({ length: 22 }, (_, n) => ({ number: `+44 7700 9001${n + 10}` })) }),
    user(4, {
      phones: [{ label: "mobile" }, null, { number: 7 }],
      email: 5,
      timeZone: {},
      country: ["GB"],
      doNotCall: null,
    }),
    user(5, { phone: 442079460001, phones: "none" }),
    user(6, { phone: undefined, phones: null, claims: null }),
  );
  expect(answer).toMatchObject({ upserted: 6, refused: [] });
  expect(answer.notUnderstood.map(({ userId, field, value }) => [userId, field, value.slice(0, 12)])).toEqual([
    ["1", "firstName", ""],
    ["1", "lastName", "\u0000"],
    ["2", "firstName", "MaMaMaMaMaMa"],
    ["2", "phones", "the mobile o"],
    ["2", "phones", ""],
    ["3", "phones", '[{"number":"'],
    ["4", "country", '["GB"]'],
    ["4", "email", "5"],
    ["4", "timeZone", "{}"],
    ["4", "phones", '{"label":"mo'],
    ["4", "phones", "null"],
    ["4", "phones", '{"number":7}'],
    ["5", "phones", "none"],
  ]);
  for (const { why } of answer.notUnderstood) expect(why).toMatch(/[a-z]{4}.*\.$/);
  const rows = await query(
    db,
    z.unknown(),
    sql`SELECT first_name, number, (SELECT count(*)::int FROM user_numbers n WHERE n.user_id = u.id) AS further FROM users u ORDER BY id`,
  );
  expect(rows).toEqual([
    { first_name: "Uma", number: null, further: 0 },
    { first_name: "Ma".repeat(50), number: null, further: 2 },
    { first_name: "Uma", number: null, further: 20 },
    { first_name: "Uma", number: null, further: 0 },
    { first_name: "Uma", number: null, further: 0 },
    { first_name: "Uma", number: null, further: 0 },
  ]);
});

test("who asked not to be called in a row that is refused is not called", async () => {
  const marked = async () =>
    query(db, z.unknown(), sql`SELECT id::int, first_name, do_not_call FROM users WHERE do_not_call ORDER BY id`);
  await importing(
    user(1, { phone: "+44 20 7946 0001" }),
    user(2),
    user(3, { claims: [claim(500)] }),
    ...[5, 6, 7].map((id) => user(id, { phone: `+44 20 7946 000${id}` })),
  );
  const answer = await importing(
    user(1, { firstName: "Umma", doNotCall: true, role: "admin" }),
    user(2, { firstName: "Umma", doNotCall: true, claims: [claim(500)] }),
    user(9, { doNotCall: true, claims: [{}] }),
    user(4),
    user(5, { phone: "", doNotCall: " Yes" }),
    user(6, { phone: "", doNotCall: 1 }),
    user(7, { phone: "", doNotCall: "no" }),
  );
  const refused = ["1", "2", "9", "5", "6", "7"].map((userId) => ({ userId }));
  expect(answer).toMatchObject({ upserted: 1, refused });
  expect(await marked()).toEqual([1, 2, 5, 6].map((id) => ({ id, first_name: "Uma", do_not_call: true })));
  expect(await count("users")).toBe(7);
});

test("of two imports that give one claim to two users at once, one has it and the answer to the other names it", async () => {
  const ctx = await aCtx({ db: connectTest() });
  const both = await Promise.all(
    [1, 2].map((id) =>
      importUsers(ctx, importUsersInput.parse({ users: [user(id, { claims: [claim(7)] }), user(id + 10)] })),
    ),
  );
  expect(await count("claims")).toBe(1);
  expect(await count("users")).toBeGreaterThanOrEqual(3);
  expect(both.flatMap(({ refused, notUnderstood }) => [...refused, ...notUnderstood])).toMatchObject([
    { why: "Claim 7 belongs to another user." },
  ]);
});

test("a zone, country or number that nobody knows costs nobody else a row: its own is taken without it, and the answer names it", async () => {
  await importing(user(3, { timeZone: "Asia/Kolkata" }));
  const endless = `see ${"the file, ".repeat(12)}`.trim();
  const answer = await importing(
    user(1),
    user(2, { timeZone: "Mars/Olympus" }),
    user(3, { timeZone: "+02:00" }),
    user(4, { country: "Neverland" }),
    user(5, { phone: endless }),
  );
  expect(answer).toMatchObject({
    upserted: 5,
    notDialable: expect.arrayContaining([{ userId: "5", phone: endless }]),
    notUnderstood: [
      { userId: "2", field: "timeZone", value: "Mars/Olympus" },
      { userId: "3", field: "timeZone", value: "+02:00" },
      { userId: "4", field: "country", value: "Neverland" },
    ],
  });
  const zones = await query(db, z.unknown(), sql`SELECT time_zone FROM users ORDER BY id`);
  expect(zones).toEqual([null, null, "Asia/Kolkata", null, null].map((time_zone) => ({ time_zone })));
});

test("an endless number, an invalid e-mail address and a doubled id cost no other user a row, and the answer names each", async () => {
  const endless = "see the file, ".repeat(30).trim();
  await importing(user(2, { email: "uma@example.test" }));
  const answer = await importing(
    user(1, { phone: endless }),
    user(2, { phone: endless, email: "uma at example" }),
    user(3, { phones: [{ number: endless }], timeZone: endless, country: endless }),
    user(4, { firstName: "Old", email: "old@example.test", doNotCall: true }),
    user(5),
    user(4, { firstName: "New", phone: "" }),
  );
  const cut = endless.slice(0, 200);
  expect(answer).toMatchObject({
    upserted: 5,
    notDialable: expect.arrayContaining(["1", "2", "3"].map((userId) => ({ userId, phone: cut }))),
    notUnderstood: [
      { userId: "2", field: "email", value: "uma at example" },
      { userId: "3", field: "timeZone", value: cut },
      { userId: "3", field: "country", value: cut },
      { userId: "4", field: "id", value: "4" },
    ],
  });
  expect(
    await query(
      db,
      z.unknown(),
      sql`SELECT first_name, phone, email, do_not_call FROM users WHERE id IN (2, 4) ORDER BY id`,
    ),
  ).toEqual([
    { first_name: "Uma", phone: "+15550100", email: "uma@example.test", do_not_call: false },
    { first_name: "New", phone: "+15550100", email: "old@example.test", do_not_call: true },
  ]);
});

test("two imports of the same users in opposite order both succeed", async () => {
  const ctx = await aCtx({ db: connectTest() });
  const users = Array.from({ length: 500 }, (_, n) => user(n + 1, { claims: [claim(n + 1)] }));
  const both = [users, [...users].reverse()].map((list) => importUsers(ctx, importUsersInput.parse({ users: list })));
  expect(await Promise.all(both)).toMatchObject([{ upserted: 500 }, { upserted: 500 }]);
  expect(await count("claims")).toBe(500);
});
