/** How statements are written in modules: what is said once, where, and by which means. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const files = readdirSync("modules", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
  .map((file) => ({ file, source: readFileSync(`modules/${file}`, "utf8") }));
const filesWith = (pattern: RegExp) => files.filter(({ source }) => pattern.test(source)).map(({ file }) => file);

test("which entries are live, which calls are open, and what an agent is called is written once, in the database", () => {
  // The snapshot of a tick needs the versions of rows, which a view has not.
  expect(filesWith(/status IN \('pending', 'assigned'\)/)).toEqual(["callbacks/sql/load-snapshot.ts"]);
  expect(filesWith(/IN \('initiated', 'ringing', 'in_progress'\)/)).toEqual([]);
  expect(filesWith(/\ba\.first_name \|\| |first_name \|\| ' ' \|\| last_name(?=[^`]* FROM agents)/)).toEqual([]);
});

test("an event of a callback is written by one fragment, and those of many callbacks by the tick", () => {
  const writers = filesWith(/event_at = \$\{|event_type, event_at/);
  expect(writers.filter((file) => file.startsWith("callbacks/"))).toEqual([
    "callbacks/sql/event.ts",
    "callbacks/sql/write-plans.ts",
  ]);
});

test("Prisma's model API is used by the module access only, for the tables of better-auth", () => {
  const users = filesWith(/\bdb\.\w+\.(?:create|find|update|upsert|delete|count|aggregate|groupBy)\w*\(/);
  expect(users.map((file) => file.split("/")[0])).toEqual(users.map(() => "access"));
  const models = files.flatMap(({ source }) => [
    ...source.matchAll(/\bdb\.(\w+)\.(?:create|find|update|upsert|delete|count|aggregate|groupBy)\w*\(/g),
  ]);
  expect([...new Set(models.map(([, model]) => model))].sort()).toEqual([
    "staffAccount",
    "staffSession",
    "staffTwoFactor",
  ]);
});
