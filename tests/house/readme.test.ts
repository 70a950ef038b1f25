import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { scopesOf } from "#lib/http/authenticate";
import { apiDocument } from "../../app/api/document.ts";
import { SCREENS } from "../../app/screens.ts";
import { TASK_STATES, TRANSITIONS as TASK_TRANSITIONS } from "../../modules/cursor-tasks/rules.ts";
import { TRANSITIONS } from "../../modules/callbacks/rules.ts";
import { routes } from "../routes/api.ts";
import { withTable } from "./markdown.ts";

const readme = readFileSync("README.md", "utf8");
const documents = ["api", "environment", "operating", "tasks", "runs"].map((name) =>
  readFileSync(`docs/${name}.md`, "utf8"),
);
const written = [readme, ...documents];
/** The text of one section of the README or of `docs/`. */
const section = (title: string): string =>
  written.map((text) => text.split(`\n## ${title}\n`)[1]?.split("\n## ")[0]).find((text) => text !== undefined) ?? "";
const rows = (text: string): string[][] =>
  text
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .slice(2)
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

test("the README has at most 180 lines", () => {
  expect(readme.trimEnd().split("\n").length).toBeLessThanOrEqual(180);
});

test("the first two commands of the README start and test it", () => {
  expect(readme.match(/^ {4}npm .*$/gm)?.slice(0, 2)).toEqual(["    npm start", "    npm test"]);
});

test("the table of routes in docs/api.md is printed from the routes; `npm test -- tests/house/readme.test.ts -u` writes it anew", async () => {
  const { paths } = (await apiDocument()) as {
    paths: Record<string, Record<string, { summary: string; security?: Record<string, unknown>[] }>>;
  };
  const letter: Record<string, string> = {
    service: "S",
    cron: "C",
    scraper: "M",
    agent: "A",
    supervisor: "V",
    subscriber: "H",
    cursor: "W",
    runner: "R",
    twilio: "T",
  };
  const routes = Object.entries(paths)
    .flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, { security = [], summary }]) => {
        const letters = security.flatMap((one) => Object.keys(one)).map((name) => letter[name]);
        return [`${method.toUpperCase()} \`${path}\``, letters.join(" ") || "-", summary];
      }),
    )
    .toSorted(([one = ""], [other = ""]) => one.slice(one.indexOf("`")).localeCompare(other.slice(other.indexOf("`"))));
  const text = withTable(readFileSync("docs/api.md", "utf8"), "route", [["route", "who", "what"], ...routes]);
  await expect(text).toMatchFileSnapshot("../../docs/api.md");
});

test("the scopes in modules/access/rules.ts are printed from the routes that services may call; `npm test -- tests/house/readme.test.ts -u` writes them anew", async () => {
  const scopes = routes.flatMap(({ path, operations }) =>
    Object.entries(operations).flatMap(([method, endpoint]) =>
      endpoint.who.includes("service") ? scopesOf(method, path, endpoint) : [],
    ),
  );
  const lines = [...new Set(scopes)].sort().map((scope) => `  "${scope}",\n`);
  const rules = readFileSync("modules/access/rules.ts", "utf8");
  const text = rules.replace(/(?<=export const SCOPES = \[\n)[^\]]*/, lines.join(""));
  await expect(text).toMatchFileSnapshot("../../modules/access/rules.ts");
});

test("a POST takes an Idempotency-Key, but for those that docs/api.md names", async () => {
  const { paths } = (await apiDocument()) as {
    paths: Record<string, Record<string, { parameters: { name: string }[] }>>;
  };
  const without = Object.entries(paths)
    .filter(([, { post }]) => post && !post.parameters.some(({ name }) => name === "Idempotency-Key"))
    .map(([path]) => path);
  const [account, hooks] = [/^\/api\/(sign-in|sign-out|me|welcome)(\/|$)/, /^\/api\/webhooks\//];
  expect(without.filter((path) => !account.test(path) && !hooks.test(path)).sort()).toEqual([
    "/api/conversations/{conversationId}/stream-token",
    "/api/conversations/{conversationId}/token",
    "/api/cursor-tasks",
    "/api/cursor-tasks/{taskId}/launch",
    "/api/graphql",
    "/api/keys",
    "/api/personal-data/export",
    "/api/staff",
    "/api/staff/{accountId}/invitation",
  ]);
  expect(section("Routes")).toMatch(
    /take no key:.* own account\n.* invitations, tokens\) or a person's data\n.*webhooks.*GraphQL.* launching a task/s,
  );
});

test("the table of screens in docs/screens.md is what can be opened, and by whom", () => {
  const open = readdirSync("app", { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(`app/${entry.name}/page.tsx`))
    .map(({ name }) => `/${name}`);
  const letter = { agent: "A", supervisor: "V" };
  const closed = new Map<string, string>(
    SCREENS.map(({ path, who }) => [path, who.map((one) => letter[one]).join(" ")]),
  );
  const actual = ["/", ...open].map((path) => [`\`${path}\``, closed.get(path) ?? "-"]);
  const written = rows(readFileSync("docs/screens.md", "utf8")).map(([path, who]) => [path, who]);
  expect(written.sort()).toEqual(actual.sort());
  // Each closed page authenticates its reader before it renders anything.
  for (const path of closed.keys())
    expect(readFileSync(`app${path}/page.tsx`, "utf8")).toContain(`requireScreen("${path}")`);
});

test.each([
  ["Callback states", TRANSITIONS],
  ["Task events", TASK_TRANSITIONS],
])("the README's table of %s is the table of transitions", (title, transitions) => {
  const written = rows(section(title)).map(([event, from, to]) => [event?.replaceAll("`", ""), from, to]);
  const actual = Object.entries(transitions).map(([event, { from, to }]) => [event, from.join(", "), to.join(", ")]);
  expect(written).toEqual(actual);
});

test("the table of the states of a task in docs/tasks.md is the list of them", () => {
  const written = rows(section("States of a task")).map(([state]) => state);
  expect(written).toEqual(TASK_STATES.map((state) => `\`${state}\``));
});

test("every command of docs/operating.md exists, and every command is in it", () => {
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
  const written = [...section("Commands").matchAll(/^\| `npm (?:run )?([a-z:-]+)/gm)].map(([, name]) => name);
  expect([...written, "vercel-build"].sort()).toEqual(Object.keys(scripts).sort());
});

test("every measurement of bench/run.ts is in docs/operating.md, and no other", () => {
  const known = [...readFileSync("bench/run.ts", "utf8").matchAll(/^ {2}"?([a-z-]+)"?: \(\) => import/gm)];
  const written = [...section("Commands").matchAll(/^- `([a-z-]+)`: /gm)];
  const names = (found: RegExpMatchArray[]) => found.map(([, name]) => name).sort();
  expect(names(written)).toEqual(names(known));
});

test("every path and every link in a document leads to a file", () => {
  const named = globSync("{README.md,{docs,lib,modules,tests}/**/*.md}").flatMap((file) => {
    const text = readFileSync(file, "utf8");
    const paths = text.matchAll(/`((?:app|modules|lib|prisma|scripts|tests|bench|docs)\/[^`*\s]*)`/g);
    const links = text.matchAll(/\]\((?!https?:)([^)#]+)\)/g);
    return [
      ...[...paths].map(([, path = ""]) => ({ file, path })),
      ...[...links].map(([, link = ""]) => ({ file, path: join(dirname(file), link) })),
    ];
  });
  expect(named.length).toBeGreaterThan(200);
  expect(named.filter(({ path }) => !existsSync(path))).toEqual([]);
});
