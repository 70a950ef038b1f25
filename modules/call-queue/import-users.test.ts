import { expect, test } from "vitest";
import { z } from "zod";
import { query, sql } from "#lib/database/sql";
import { importUsers } from "#modules/callbacks";
import { importUsersInput } from "#schema/call-queue";
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
  ["a claim of another user", [user(1), user(2, { claims: [claim(500)] })], "conflict"],
])("%s is refused and nothing is written", async (_title, users, code) => {
  await importing(user(99, { claims: [claim(500)] }));
  await expect(importing(...users)).rejects.toMatchObject({ code });
  expect(await count("users")).toBe(1);
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
