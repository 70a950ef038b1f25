/** Modules as data: which neighbours each uses and which tables it writes, held against the code and the README. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** Complete: a module that uses another neighbour, or no longer uses one, fails here. */
const USES: Record<string, string[]> = {
  access: ["agents", "callbacks"],
  agents: [],
  "call-memory": ["durable-queue"],
  "call-queue": [],
  callbacks: ["agents", "call-queue", "messages"],
  calls: ["agents", "call-queue", "callbacks"],
  "cursor-tasks": ["callbacks"],
  demo: ["callbacks"],
  desk: ["agents", "call-queue", "callbacks", "calls", "durable-queue"],
  "durable-queue": [],
  jobs: [],
  messages: [],
  monitoring: ["callbacks", "cursor-tasks", "messages", "runs"],
  "personal-data": ["call-queue", "callbacks", "cursor-tasks"],
  runs: ["jobs"],
  settings: [],
};

/** Complete in the same way. What triggers and functions of the database write stands in the migrations. */
const WRITES: Record<string, string[]> = {
  access: [
    "api_keys",
    "staff_accounts",
    "staff_credentials",
    "staff_sessions",
    "staff_two_factors",
    "staff_verifications",
  ],
  agents: ["agent_sessions", "agents"],
  "call-memory": [],
  "call-queue": [
    "call_queue",
    "callbacks",
    "claims",
    "phone_numbers",
    "requirements",
    "user_call_scores",
    "user_numbers",
    "users",
  ],
  callbacks: [
    "call_sessions",
    "callback_notifications",
    "callback_reminders",
    "callback_texts",
    "callbacks",
    "tick_runs",
  ],
  calls: ["call_sessions"],
  "cursor-tasks": ["cursor_tasks", "ended_conversations", "parked_results"],
  demo: ["demo_days"],
  desk: [],
  "durable-queue": [],
  jobs: ["job_lanes", "job_models", "job_pauses", "job_shares", "job_workers"],
  messages: [
    "message_conversations",
    "message_keys",
    "message_provider_events",
    "message_providers",
    "message_queue",
    "message_suppressions",
    "messages",
  ],
  monitoring: [],
  "personal-data": [
    "call_queue",
    "call_sessions",
    "callback_events",
    "callback_notifications",
    "callbacks",
    "claims",
    "cursor_tasks",
    "ended_conversations",
    "idempotency_keys",
    "job_pauses",
    "message_conversations",
    "message_events",
    "message_keys",
    "message_provider_events",
    "message_queue",
    "message_suppressions",
    "messages",
    "parked_results",
    "phone_numbers",
    "run_definitions",
    "runs",
    "staff_sessions",
    "staff_verifications",
    "tick_runs",
    "user_call_scores",
    "user_numbers",
    "users",
  ],
  runs: [
    "run_analyses",
    "run_counts",
    "run_definitions",
    "run_item_events",
    "run_items",
    "run_scenarios",
    "run_transcripts",
    "runs",
  ],
  settings: ["desk_calendar", "desk_settings"],
};

/** For each module the names that `find` sees in the sources of its files, each once, in order. */
function inEachModule(find: (source: string, module: string) => string[]): Record<string, string[]> {
  const modules = readdirSync("modules").map((name) => {
    const files = readdirSync(`modules/${name}`, { recursive: true, encoding: "utf8" }).filter(
      (file) => file.endsWith(".ts") && !file.endsWith(".test.ts"),
    );
    const found = files.flatMap((file) => find(readFileSync(`modules/${name}/${file}`, "utf8"), name));
    return [name, [...new Set(found)].sort()] as const;
  });
  return Object.fromEntries(modules);
}

test("each module uses exactly the neighbours it is listed to use", () => {
  const used = inEachModule((source, module) =>
    [...source.matchAll(/"#(?:modules|schema)\/([a-z-]+)"/g)].flatMap(([, other = ""]) =>
      other === module ? [] : [other],
    ),
  );
  expect(used).toEqual(USES);
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
  expect(inEachModule(writtenBy)).toEqual(WRITES);
});

test("the README's table of modules says what each of them uses and writes", () => {
  const row = /^\| `([a-z-]+)` +\|[^|]*\| ([^|]*?) *\| ([^|]*?) *\|$/gm;
  const rows = [...readFileSync("README.md", "utf8").matchAll(row)].map(([, name, uses, writes]) => [
    name,
    uses,
    writes,
  ]);
  const listed = (names: string[] = []) => names.join(", ") || "nothing";
  expect(rows).toEqual(Object.keys(USES).map((name) => [name, listed(USES[name]), listed(WRITES[name])]));
});
