/**
 * The declarations of the modules in module.ts, compared with the code. The README's table of modules and the crons of vercel.json are
 * printed from it; `npm test -- tests/house/modules.test.ts -u` writes them anew.
 */
import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { listCrons } from "../../scripts/crons.ts";
import { modules } from "../../modules/all.ts";
import { withTable } from "./markdown.ts";

/** The declarations of one kind, by the name of the module. */
const each = (what: "uses" | "writes") => Object.fromEntries(modules.map((module) => [module.name, module[what]]));

const mayUse = (module: string, other: string): boolean => each("uses")[module]?.includes(other) ?? false;

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

const schemas = readdirSync("prisma/schema").map(
  (file) => [file.replace(".prisma", ""), readFileSync(`prisma/schema/${file}`, "utf8")] as const,
);
const schema = schemas.map(([, text]) => text).join("\n");
/** The module that owns each table: the one whose schema file defines it. `base` is everybody's. */
const owners = new Map(
  schemas.flatMap(([module, text]) => [...text.matchAll(/@@map\("(\w+)"\)/g)].map(([, table = ""]) => [table, module])),
);
/** Table names by the name of their model in the Prisma client. */
const models = new Map(
  [...schema.matchAll(/^model (\w+) \{([\s\S]*?)\n\}/gm)].map(([, name = "", body = ""]) => [
    name.charAt(0).toLowerCase() + name.slice(1),
    /@@map\("(\w+)"\)/.exec(body)?.[1] ?? name,
  ]),
);
const migrationNames = readdirSync("prisma/migrations", { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const migrations = migrationNames.map((name) => readFileSync(`prisma/migrations/${name}/migration.sql`, "utf8"));
const tables = new Set(
  migrations.flatMap((text) => [...text.matchAll(/^CREATE TABLE "?([a-z_]+)"? \(/gm)].map(([, table]) => table ?? "")),
);

/** The table that is written through each view that can be updated. */
const views = new Map([
  ["live_entries", "call_queue"],
  ["open_calls", "call_sessions"],
]);

function writtenBy(source: string): string[] {
  const inSql = [...source.matchAll(/\b(?:INSERT INTO|DELETE FROM|UPDATE)\s+([a-z_]+)/g)].map(
    ([, table = ""]) => views.get(table) ?? table,
  );
  const byModel = [...source.matchAll(/\.(\w+)\.(?:create|update|upsert|delete)(?:Many)?(?:AndReturn)?\(/g)].map(
    ([, model]) => models.get(model ?? "") ?? "",
  );
  return [...inSql, ...byModel].filter((table) => tables.has(table));
}

test("each module writes exactly the tables it is listed to write", () => {
  expect(inEachModule(writtenBy)).toEqual(each("writes"));
});

test("the door of a module names exactly the tables that it owns", () => {
  const named = modules.map(({ name }) => {
    const [, owns = ""] = /\bOwns ([\s\S]*?)\.\s/.exec(readFileSync(`modules/${name}/index.ts`, "utf8")) ?? [];
    return [name, (owns.match(/[a-z_]+/g) ?? []).filter((word) => tables.has(word)).sort()] as const;
  });
  const owned = modules.map(({ name }) => [
    name,
    [...owners.keys()].filter((table) => owners.get(table) === name).sort(),
  ]);
  expect(Object.fromEntries(named)).toEqual(Object.fromEntries(owned));
});

test("a migration is named by its time, which no other has, its module and what it does", () => {
  const owning = ["base", ...modules.map(({ name }) => name.replaceAll("-", "_"))].join("|");
  expect(migrationNames.filter((name) => !new RegExp(`^\\d{14}_(${owning})_[a-z0-9_]+$`).test(name))).toEqual([]);
  const times = migrationNames.map((name) => name.slice(0, 14));
  expect(times.filter((time, place) => times.indexOf(time) !== place)).toEqual([]);
});

test("rules that decide something have a test beside them", () => {
  const rules = globSync("{modules,lib}/**/rules.ts").filter((file) =>
    /^export (async )?function/m.test(readFileSync(file, "utf8")),
  );
  expect(rules.length).toBeGreaterThan(5);
  expect(rules.filter((file) => !existsSync(file.replace(/\.ts$/, ".test.ts")))).toEqual([]);
});

/** The functions of the database as the migrations leave them, by name. */
function databaseFunctions(): Map<string, string> {
  const functions = new Map<string, string>();
  const statement =
    /^(?:CREATE (?:OR REPLACE )?FUNCTION (\w+)(?:[^$;]*\$(\w*)\$[\s\S]*?\$\2\$|[^;]*;)|DROP FUNCTION (?:IF EXISTS )?(\w+))/gm;
  for (const text of migrations) {
    for (const [body, made, , dropped] of text.matchAll(statement)) {
      if (made) functions.set(made, body);
      else if (dropped) functions.delete(dropped);
    }
  }
  return functions;
}

/** Owners of the tables that `name` writes, itself and through the functions it calls. */
function reached(functions: ReadonlyMap<string, string>, name: string): Set<string> {
  const body = functions.get(name) ?? "";
  const called = [...functions.keys()].filter((other) => other !== name && body.includes(`${other}(`));
  const own = writtenBy(body).map((table) => owners.get(table) ?? table);
  return new Set([...own, ...called.flatMap((other) => [...reached(functions, other)])].filter((it) => it !== "base"));
}

test("a module writes its own tables only, and those of lib, also through a function of the database", () => {
  const foreign = modules.flatMap(({ name, writes }) =>
    writes.filter((table) => ![name, "base"].includes(owners.get(table) ?? "")),
  );
  expect(foreign).toEqual([]);
  const functions = databaseFunctions();
  expect([...functions.keys()]).toEqual(expect.arrayContaining(["take_next", "accept_callback", "claim_entry"]));
  for (const [name, body] of functions) {
    const written = new Set(writtenBy(body).map((table) => owners.get(table) ?? table));
    const [owner, ...others] = [...written].filter((it) => it !== "base");
    expect({ name, others }).toEqual({ name, others: [] });
    if (owner === undefined) continue;
    const beside = [...reached(functions, name)].filter((it) => it !== owner && !mayUse(owner, it));
    expect({ name, beside }).toEqual({ name, beside: [] });
  }
});

test("a module calls functions of the database that write its own tables, or those of a neighbour it uses", () => {
  const functions = databaseFunctions();
  const strangers = inEachModule((source, module) =>
    [...functions.keys()].flatMap((name) =>
      source.includes(`${name}(`)
        ? [...reached(functions, name)].filter((it) => it !== module && !mayUse(module, it))
        : [],
    ),
  );
  expect(Object.entries(strangers).filter(([, found]) => found.length > 0)).toEqual([]);
});

test("the README's table of modules is printed from what each of them says of itself", async () => {
  const listed = (names: readonly string[]) => names.join(", ") || "nothing";
  const byName = modules.toSorted((one, other) => one.name.localeCompare(other.name));
  const rows = byName.map(({ name, sentence, uses, writes }) => [
    `\`${name}\``,
    sentence,
    listed(uses),
    listed(writes),
  ]);
  const head = ["module", "in one sentence", "uses", "writes"];
  const text = withTable(readFileSync("README.md", "utf8"), "module", [head, ...rows]);
  await expect(text).toMatchFileSnapshot("../../README.md");
});

const crons = modules
  .flatMap((module) => Object.entries(module.crons ?? {}))
  .map(([name, cron]) => ({ path: `/api/cron/${name}`, ...cron }))
  .toSorted((one, other) => one.path.localeCompare(other.path));

test("vercel.json is printed from the crons of the modules", async () => {
  const listed = crons.map(({ path, schedule }) => `    { "path": "${path}", "schedule": "${schedule}" }`);
  const text = readFileSync("vercel.json", "utf8").replace(
    /("crons": \[\n)[\s\S]*?(\n {2}\])/,
    (_, begin: string, end: string) => `${begin}${listed.join(",\n")}${end}`,
  );
  await expect(text).toMatchFileSnapshot("../../vercel.json");
});

test("every cron hands its time budget on to its operation", () => {
  for (const name of readdirSync("app/api/cron")) {
    expect(readFileSync(`app/api/cron/${name}/route.ts`, "utf8"), name).toMatch(/run: \(ctx, until\) =>/);
  }
});

test("the crons of the modules are those that are called", async () => {
  const byPath = (one: { path: string }, other: { path: string }) => one.path.localeCompare(other.path);
  expect((await listCrons()).sort(byPath)).toEqual(crons.map(({ path, schedule }) => ({ path, schedule })));
  expect(
    readdirSync("app/api/cron")
      .map((name) => `/api/cron/${name}`)
      .sort(),
  ).toEqual(crons.map(({ path }) => path));
});

test("the crons of docs/operating.md are printed from the modules, which say of each why it may be repeated", async () => {
  const rows = crons.map(({ path, schedule, repeatable }) => [`\`${path}\``, `\`${schedule}\``, repeatable]);
  const head = ["path", "schedule", "why repeating is safe"];
  const text = withTable(readFileSync("docs/operating.md", "utf8"), "path", [head, ...rows]);
  await expect(text).toMatchFileSnapshot("../../docs/operating.md");
});

test("the code of lib has no noun of the business", () => {
  const noun =
    /callback|twilio|smtp|rabbit|snooz|outcome|wallboard|runner|scenario|transcript|customer(?!ror)|dial_?link|decent/i;
  const files = readdirSync("lib", { recursive: true, encoding: "utf8" }).filter(
    (file) => /\.tsx?$/.test(file) && !file.endsWith(".test.ts"),
  );
  const found = files.flatMap((file) => {
    const code = readFileSync(`lib/${file}`, "utf8").replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
    return code
      .split("\n")
      .filter((line) => noun.test(line))
      .map((line) => `${file}: ${line.trim()}`);
  });
  expect([...files.filter((file) => noun.test(file)), ...found]).toEqual([]);
});
