/** The rules for statements in modules: their place, their form, and the expressions that are written once. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const files = readdirSync("modules", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
  .map((file) => ({ file, source: readFileSync(`modules/${file}`, "utf8") }));
const filesWith = (pattern: RegExp) => files.filter(({ source }) => pattern.test(source)).map(({ file }) => file);

test("live entries, open calls and an agent's name are defined once, in the database", () => {
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

/** Tables and views, by which a statement about more than one of them is found. */
const tables = new Set(
  readdirSync("prisma/schema")
    .flatMap((file) => [...readFileSync(`prisma/schema/${file}`, "utf8").matchAll(/@@map\("(\w+)"\)/g)])
    .map(([, table = ""]) => table)
    .concat("agent_presence", "called_numbers", "live_entries", "open_calls"),
);

/** The templates of a source after `sql`, with their placeholders. */
function templates(source: string): string[] {
  const found: string[] = [];
  for (let at = source.indexOf("sql`"); at >= 0; at = source.indexOf("sql`", at)) {
    let depth = 0;
    let end = at + 4;
    for (; !(depth === 0 && source[end] === "`"); end += 1) {
      if (source[end] === "$" && source[end + 1] === "{") depth += 1;
      else if (depth > 0 && source[end] === "}") depth -= 1;
    }
    found.push(source.slice(at + 4, end));
    at = end;
  }
  return found;
}

function concernsMoreThanOneTable(statement: string): boolean {
  const named = [...statement.matchAll(/\b(?:FROM|JOIN|INTO|UPDATE|USING)\s+([a-z_]+)/g)].map(
    ([, table = ""]) => table,
  );
  const isOfMany = new Set(named.filter((table) => tables.has(table))).size > 1;
  return isOfMany || /\bWITH\b(?! ORDINALITY)|\bJOIN\b/.test(statement);
}

test("a statement of more than one table, with a join or with a CTE has a file in sql/, named by what it does", () => {
  // Invariants, and the export of a person's data, are read by name in one file of each module.
  const named = ["/invariants.ts", "/personal-data.ts"];
  const outside = files.filter(({ file }) => !file.includes("/sql/") && !named.some((name) => file.endsWith(name)));
  const holders = outside.filter(({ source }) => templates(source).some(concernsMoreThanOneTable));
  expect(holders.map(({ file }) => file)).toEqual([]);
});
