import { execFile } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { aCallback, aUser } from "#tests/factories/desk";
import { aText } from "#tests/factories/messages";
import { databaseUrl } from "#tests/setup/database";

type Ran = { code: number; out: string; err: string };

/** `npm run user-data -- ...args`, without npm. */
function userData(args: string[], env: Record<string, string> = { DATABASE_URL: databaseUrl }): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ["scripts/user-data.ts", ...args],
      { env: { ...process.env, ...env } },
      (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}

test("export prints nothing but JSON with everything about the user", async () => {
  const userId = await aUser({ firstName: "Zanzibar" });
  const id = await aCallback({ userId });
  const { code, out, err } = await userData(["export", String(userId)]);
  expect([code, err]).toEqual([0, ""]);
  expect(JSON.parse(out)).toMatchObject({ user: { first_name: "Zanzibar" }, callbacks: [{ id }] });
});

test("erase says in one sentence what was erased, and the second time that nothing was left", async () => {
  const userId = await aUser();
  await aCallback({ userId });
  const first = await userData(["erase", String(userId)]);
  expect([first.code, first.err]).toEqual([0, ""]);
  expect(first.out).toBe(
    `User ${userId} is erased: name, phone, email and zone, 0 claims, and every word in 1 callbacks (1 cancelled now), 0 calls, 0 queue entries, 0 tasks and 0 messages.\n`,
  );
  expect((await userData(["erase", String(userId)])).out).toBe(`User ${userId} was erased before; nothing was left.\n`);
});

test("a customer whom only another system knows is handed out and erased by the uuid alone", {
  tags: ["long"],
}, async () => {
  const customerId = "7f2c1b1e-5f43-4a53-9d8e-0f0f0f0f0f0f";
  await aText({ customerId, body: "Zanzibar" });
  const exported = await userData(["export", customerId]);
  expect(exported.err).toBe("");
  expect(JSON.parse(exported.out)).toMatchObject({ user: null, queuedMessages: [{ event: { body: "Zanzibar" } }] });
  expect(await userData(["erase", customerId])).toEqual({
    code: 0,
    out: `Customer ${customerId} is erased: the uuid, the addresses and every word of 1 messages.\n`,
    err: "",
  });
  expect((await userData(["erase", customerId])).err).toContain("unless it was erased before");
});

test.each([
  [[]],
  [["export"]],
  [["erase", "x"]],
  [["erase", "0"]],
  [["delete", "1"]],
  [["toString", "1"]],
  [["erase", "1", "2"]],
])("wrong usage %j ends with 2 and the usage, and touches nothing", { tags: ["long"] }, async (args) => {
  const { code, out, err } = await userData(args, { DATABASE_URL: "postgresql://nobody@127.0.0.1:9/none" });
  expect([code, out]).toEqual([2, ""]);
  expect(err).toContain("npm run -s user-data -- erase <id>");
});

test.each(["export", "erase"])("%s of a user nobody knows ends with 1 and a sentence", async (action) => {
  expect(await userData([action, "987654"])).toEqual({
    code: 1,
    out: "",
    err: "Nothing is stored about user 987654; check the id.\n",
  });
});

test("without any database it says how to get one", async () => {
  const RINGBACK_DATA_DIR = join(await mkdtemp(join(tmpdir(), "ringback-user-data-")), "none");
  const { code, err } = await userData(["export", "1"], { DATABASE_URL: "", RINGBACK_DATA_DIR });
  expect([code, err]).toEqual([1, "There is no database yet: run npm start once, or set DATABASE_URL.\n"]);
});
