/** What each module says of itself in its module.ts, held against the code, the crons and the README. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { listCrons } from "../../scripts/crons.ts";
import { modules } from "../../modules/all.ts";

/** What every module says of one thing, by its name. */
const each = (what: "uses" | "writes") => Object.fromEntries(modules.map((module) => [module.name, module[what]]));

/** For each module the names that `find` sees in the sources of its files, each once, in order. */
function inEachModule(find: (source: string, module: string) => string[]): Record<string, string[]> {
  const folders = readdirSync("modules", { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const found = folders.map(({ name }) => {
    const files = readdirSync(`modules/${name}`, { recursive: true, encoding: "utf8" }).filter(
      (file) => file.endsWith(".ts") && !file.endsWith(".test.ts"),
    );
    const names = files.flatMap((file) => find(readFileSync(`modules/${name}/${file}`, "utf8"), name));
    return [name, [...new Set(names)].sort()] as const;
  });
  return Object.fromEntries(found);
}

test("each module uses exactly the neighbours it is listed to use", () => {
  const used = inEachModule((source, module) =>
    [...source.matchAll(/"#(?:modules|schema)\/([a-z-]+)"/g)].flatMap(([, other = ""]) =>
      other === module ? [] : [other],
    ),
  );
  expect(used).toEqual(each("uses"));
});

const schema = readdirSync("prisma/schema")
  .map((file) => readFileSync(`prisma/schema/${file}`, "utf8"))
  .join("\n");
/** Table names by the name of their model in the Prisma client. */
const models = new Map(
  [...schema.matchAll(/^model (\w+) \{([\s\S]*?)\n\}/gm)].map(([, name = "", body = ""]) => [
    name.charAt(0).toLowerCase() + name.slice(1),
    /@@map\("(\w+)"\)/.exec(body)?.[1] ?? name,
  ]),
);
const migrations = readdirSync("prisma/migrations", { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => readFileSync(`prisma/migrations/${name}/migration.sql`, "utf8"));
const tables = new Set(
  migrations.flatMap((text) => [...text.matchAll(/^CREATE TABLE "?([a-z_]+)"? \(/gm)].map(([, table]) => table ?? "")),
);

function writtenBy(source: string): string[] {
  const inSql = [...source.matchAll(/\b(?:INSERT INTO|DELETE FROM|UPDATE)\s+([a-z_]+)/g)].map(
    ([, table]) => table ?? "",
  );
  const byModel = [...source.matchAll(/\.(\w+)\.(?:create|update|upsert|delete)(?:Many)?(?:AndReturn)?\(/g)].map(
    ([, model]) => models.get(model ?? "") ?? "",
  );
  return [...inSql, ...byModel].filter((table) => tables.has(table));
}

test("each module writes exactly the tables it is listed to write", () => {
  expect(inEachModule(writtenBy)).toEqual(each("writes"));
});

test("the README's table of modules is what each of them says of itself", () => {
  const row = /^\| `([a-z-]+)` +\| ([^|]*?) *\| ([^|]*?) *\| ([^|]*?) *\|$/gm;
  const rows = [...readFileSync("README.md", "utf8").matchAll(row)].map((cells) => cells.slice(1));
  const listed = (names: readonly string[]) => names.join(", ") || "nothing";
  expect(rows).toEqual(
    modules.map(({ name, sentence, uses, writes }) => [name, sentence, listed(uses), listed(writes)]),
  );
});

test("the crons of the modules are those that are called, and docs/operating.md says of each why it may be repeated", async () => {
  const crons = modules.flatMap((module) => Object.entries(module.crons ?? {}));
  const listed = crons.map(([name, schedule]) => ({ path: `/api/cron/${name}`, schedule }));
  const byPath = (one: { path: string }, other: { path: string }) => one.path.localeCompare(other.path);
  expect((await listCrons()).sort(byPath)).toEqual(listed.sort(byPath));
  expect(readdirSync("app/api/cron").sort()).toEqual(crons.map(([name]) => name).sort());
  const rows = [...readFileSync("docs/operating.md", "utf8").matchAll(/^\| `(\/api\/cron\/[a-z-]+)`/gm)];
  expect(rows.map(([, path]) => path).sort()).toEqual(listed.map(({ path }) => path));
});
