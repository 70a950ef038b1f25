import { expect, test } from "vitest";
import { db } from "#tests/setup/database";
import { faultForLog } from "./problem.ts";

const TYPED = 'x"\n    at kanarie (kanarie.ts:1:1)\n\u001b[31m';

test("P2, P3: typed text that PostgreSQL quotes is not logged, even when it looks like a line of a stack", async () => {
  const fault = await db.$queryRaw`SELECT ${TYPED}::text::int`.catch((error: unknown) => error);
  expect(String(fault)).toContain("kanarie");
  const logged = faultForLog(fault);
  expect(JSON.stringify(logged)).not.toContain("kanarie");
  expect(logged).toMatchObject({ sqlState: "22P02", stack: expect.stringMatching(/^\s+at /) });
});

test("P2: the same holds for the cause of an error", async () => {
  const cause = await db.$queryRaw`SELECT ${TYPED}::text::int`.catch((error: unknown) => error);
  const logged = faultForLog(new Error("the outer words", { cause }));
  expect(logged).toMatchObject({ message: "the outer words", cause: { sqlState: "22P02" } });
  expect(JSON.stringify(logged)).not.toContain("kanarie");
});
