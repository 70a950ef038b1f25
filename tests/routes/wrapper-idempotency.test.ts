import { db } from "../setup/database.ts";
import { asService, call } from "./call.ts";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { Refusal } from "#lib/base/errors";
import { command, methods } from "#lib/http/route";
import { bigId, bigIdOut } from "#lib/base/ids";
import { execute, query, sql } from "#lib/database/sql";

const nothing = z.strictObject({});

describe("Idempotency-Key", () => {
  const counted = z.object({ count: z.int(), id: bigIdOut });
  const input = z.strictObject({ name: z.string().default("x"), id: bigId.default(1n) });

  /** A POST that counts in the database how often it was done. */
  function counting(meanwhile: () => Promise<unknown> = async () => {}) {
    return methods("/things", {
      POST: command({
        who: ["service"],
        summary: "",
        input,
        answer: counted,
        status: 201,
        location: ({ count }) => `/api/things/${count}`,
        run: async (ctx, { id }) => {
          await meanwhile();
          await execute(
            ctx.db,
            sql`INSERT INTO users (id, first_name, last_name, phone, created_at, updated_at)
            VALUES ((SELECT count(*) + 1 FROM users), 'A', 'B', '+15550100', ${ctx.now}, ${ctx.now})`,
          );
          return { count: await done(ctx.db as typeof db), id };
        },
      }),
    }).POST;
  }
  async function done(handle = db): Promise<number> {
    const [row] = await query(handle, z.object({ n: z.int() }), sql`SELECT count(*)::int AS n FROM users`);
    return row!.n;
  }
  const withKey = (key: string) => ({ ...asService, "idempotency-key": key });

  test("a repeat gets the recorded answer with status and Location, marked as such; nothing is done twice", async () => {
    const POST = counting();
    const body = '{"id":9007199254740993}';
    const first = await call(POST, "POST", { headers: withKey("k1"), body });
    const again = await call(POST, "POST", { headers: withKey("k1"), body: '{"id":"9007199254740993","name":"x"}' });
    expect(first.headers.has("idempotency-replayed")).toBe(false);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect([again.status, again.body, again.headers.get("location")]).toEqual([
      201,
      { count: 1, id: "9007199254740993" },
      "/api/things/1",
    ]);
    expect(again.body).toEqual(first.body);
    expect(await done()).toBe(1);
    expect((await call(POST, "POST", { headers: withKey("k2") })).body.count).toBe(2);
    expect((await call(POST, "POST")).body.count).toBe(3);
  });

  test("a repeat gets the very bytes of the first answer, its fields in their order", async () => {
    const said = {
      z: 1,
      a: { long: 'é\u2028"', b: 1.5e-7, 10: "ten", 9: "nine" },
      list: [{ y: null, x: 1e21 }],
      aa: "",
    };
    const POST = methods("/things", {
      POST: command({ who: ["service"], summary: "", input, answer: z.any(), run: async () => said }),
    }).POST;
    const answers = [];
    for (let n = 0; n < 3; n += 1) answers.push((await call(POST, "POST", { headers: withKey("k") })).text);
    const plain = await call(POST, "POST");
    expect(answers).toEqual(Array(3).fill(plain.text));
  });

  test("the same key for another input is 422, for another route its own", async () => {
    const POST = counting();
    await call(POST, "POST", { headers: withKey("k"), body: { name: "a" } });
    const other = await call(POST, "POST", { headers: withKey("k"), body: { name: "b" } });
    expect([other.status, other.body.code]).toEqual([422, "key_reused"]);
    const elsewhere = methods("/elsewhere", {
      POST: command({ who: ["service"], summary: "", input: nothing, answer: nothing, run: async () => ({}) }),
    }).POST;
    expect((await call(elsewhere, "POST", { headers: withKey("k") })).status).toBe(200);
    expect(await done()).toBe(1);
  });

  test("a refusal is not recorded: the key can be used again", async () => {
    let isRefusing = true;
    const POST = counting(async () => {
      if (isRefusing) throw new Refusal("conflict", "Not now.");
    });
    expect((await call(POST, "POST", { headers: withKey("k") })).status).toBe(409);
    isRefusing = false;
    expect((await call(POST, "POST", { headers: withKey("k") })).status).toBe(201);
  });

  test.each(["", "a b", "ä", "x".repeat(256)])("the key %j is 400", async (key) => {
    const answer = await call(counting(), "POST", { headers: withKey(key) });
    expect([answer.status, answer.body.code, await done()]).toEqual([400, "invalid_input", 0]);
  });

  test("255 characters are taken", async () => {
    expect((await call(counting(), "POST", { headers: withKey("x".repeat(255)) })).status).toBe(201);
  });

  test("a twin in flight waits and gets the same answer; one that waits too long gets a refusal", async () => {
    const begun = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const POST = counting(async () => {
      begun.resolve();
      await gate.promise;
    });
    const first = call(POST, "POST", { headers: withKey("k") });
    await begun.promise;
    const impatient = await call(POST, "POST", { headers: withKey("k") });
    expect([impatient.status, impatient.body.code]).toEqual([409, "key_in_use"]);
    const twins = [1, 2, 3].map(() => call(POST, "POST", { headers: withKey("k") }));
    gate.resolve();
    const answers = await Promise.all([first, ...twins]);
    expect(answers.map(({ status, body }) => [status, body.count])).toEqual(Array(4).fill([201, 1]));
    expect(await done()).toBe(1);
  });
});
