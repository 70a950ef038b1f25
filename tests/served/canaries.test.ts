/** @module-tag long */
import { beforeAll, expect, test } from "vitest";
import { z } from "zod";
import type { Caller } from "#lib/http/caller";
import { execute, query, sql } from "#lib/database/sql";
import { aCallback, anAgent, aUser, tick } from "#tests/factories/desk";
import { isGraphqlRefusal } from "#tests/factories/graphql-answer";
import { isTriedToday } from "#tests/factories/part-of-day";
import { aSession, anAccount } from "#tests/factories/staff";
import { Prisma } from "#prisma/client";
import { document, routes } from "../routes/api.ts";
import { ownPage } from "../routes/signed-in.ts";
import { databaseUrl, db } from "../setup/database.ts";
import { AUTH_SECRET, CRON_SECRET, SERVICE_API_KEY } from "../setup/secrets.ts";
import { DIGITS, type Given, inputsOf, MARK, text, word } from "./canary-inputs.ts";
import { asCron, type Instance, serveInstances } from "./instances.ts";

const SECRETS = [CRON_SECRET, SERVICE_API_KEY, AUTH_SECRET, databaseUrl, new URL(databaseUrl).password];
/** Stacks, statements, files, programs. */
const INSIDES =
  /\bat .*:\d+:\d+|node_modules|\/work\/|\.(ts|js|mjs)\b|Prisma|postgres|SELECT |INSERT |UPDATE .* SET|sqlState/i;
const CONCURRENT = 8;
/** Every input by every permitted caller. */
const TRIES_ALL = process.env.CANARIES === "all";

type Headers = Record<string, string>;
type Callers = Partial<Record<Caller, Headers[]>>;
type Sent = Given & { method: string; headers: Headers };

let instance: Instance;
/** Tokens of sessions that were made; a secret like any other. */
const tokens: string[] = [];

beforeAll(async () => {
  const variables = { REQUESTS_PER_MINUTE: "1000000", SERVICE_REQUESTS_PER_MINUTE: "1000000" };
  [instance] = (await serveInstances(1, { ...variables, SIGN_INS_PER_QUARTER_HOUR: "1000" })) as [Instance];
});

test("P1, P2, P3: people's words and every secret stay out of the log, for every input to every operation", async () => {
  const { statuses, sent } = await sendEverything();
  expect([...statuses.keys()]).toEqual(expect.arrayContaining([200, 201, 400, 401, 403, 404]));
  expect([...statuses.keys()].filter((status) => status >= 500 && status !== 503)).toEqual([]);
  await mustBeSilent(sent);
});

test("P2: a database that quotes in its errors what was typed makes neither log nor answer say it", async () => {
  const tables = await query(
    db,
    z.object({ name: z.string() }),
    sql`SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public'
        AND tablename NOT IN ('rate_limits', 'test_clock', 'staff_sessions', 'staff_accounts', '_prisma_migrations')`,
  );
  const change = (what: string) =>
    Promise.all(tables.map(({ name }) => execute(db, sql`ALTER TABLE ${Prisma.raw(`${name} ${what}`)}`)));
  const callers = await someDesk();
  // Every write fails, and PostgreSQL's own words about it hold the whole row.
  await change("ADD CONSTRAINT broken_on_purpose CHECK (false) NOT VALID");
  // Requests that are refused at once, or only read, write nothing that could break.
  const { statuses, sent } = await sendEverything(
    callers,
    ({ method, body }) => method !== "GET" && body !== undefined,
  );
  await change("DROP CONSTRAINT broken_on_purpose");
  expect(statuses.get(500)).toBeGreaterThan(10);
  const log = await mustBeSilent(sent);
  expect(log).toContain('"constraint":"broken_on_purpose"');
});

test("P1, P3: pages and the framework itself log nothing of any request", async () => {
  const headers = {
    "user-agent": word("agent"),
    cookie: `ringback.session_token=${word("cookie")}`,
    "x-request-id": word("id"),
  };
  const form = { "content-type": "multipart/form-data; boundary=x", origin: `https://${word("origin")}.example` };
  const query = `?${word("query")}=${encodeURIComponent(text("query"))}&phone=${DIGITS}`;
  const body = `--x\r\ncontent-disposition: form-data; name="$ACTION_ID_${word("action")}"\r\n\r\n${word("form")}\r\n--x--\r\n`;
  for (const page of ["/", "/docs", `/${encodeURIComponent(text("path"))}`, "/_next/static/x.js", "/%ff"]) {
    const url = `${instance.url}${page}${query}`;
    await fetch(url, { headers });
    await fetch(url, { headers: { ...headers, rsc: "1", "next-router-state-tree": word("tree") } });
    for (const action of [{ "next-action": word("action") }, { "next-action": "7f".padEnd(42, "0") }, {}])
      await fetch(url, { method: "POST", headers: { ...headers, ...form, ...action } as Headers, body });
  }
  const log = await instance.log();
  expect(log.split("\n").filter((line) => line.includes(MARK) || line.includes(DIGITS))).toEqual([]);
});

/** Every operation, its address, and who may call it. */
const operations = routes.flatMap(({ path, operations }) =>
  Object.entries(operations).map(([method, { who }]) => {
    const address = `/api${path.replace(/:(\w+)/g, "{$1}")}`;
    return { method, address, documented: document.paths[address]![method.toLowerCase()]!, who };
  }),
);

const pairs = (callers: { headers: Headers }[], inputs: Given[]) =>
  callers.flatMap(({ headers }) => inputs.map((input) => ({ ...input, headers: { ...headers, ...input.headers } })));

/** Every operation with every input, and by every caller. Answers that refuse must not show our insides or our secrets. */
async function sendEverything(
  desk?: () => Promise<Callers>,
  isWanted: (sent: Sent) => boolean = () => true,
): Promise<{ statuses: Map<number, number>; sent: number }> {
  const callers = desk ?? (await someDesk());
  const statuses = new Map<number, number>();
  const all: Sent[] = [];
  for (const [place, { method, address, documented, who }] of operations.entries()) {
    const inputs = inputsOf(address, method, documented);
    const everybody = Object.entries(await callers()).flatMap(([kind, people]) =>
      people.map((headers) => ({ headers, isLetIn: who.includes("anyone") || who.includes(kind as Caller) })),
    );
    const letIn = everybody.filter(({ isLetIn }) => isLetIn);
    // A caller without rights is refused with every input: two inputs show it. Each other input comes from one of the permitted
    // callers in turn; a third of the inputs today, and all within three days.
    const stopped = everybody
      .filter(({ isLetIn }) => !isLetIn)
      .flatMap((caller) => pairs([caller], inputs.slice(0, 2)));
    const passed = TRIES_ALL
      ? pairs(letIn, inputs)
      : inputs.flatMap((input, n) =>
          n > 0 && !isTriedToday(place + n, 3)
            ? []
            : pairs(letIn.length === 0 ? [] : [letIn[(place + n) % letIn.length]!], [input]),
        );
    all.push(...[...stopped, ...passed].map((one) => ({ ...one, method })));
  }
  const rest = all.filter(isWanted);
  const { length: sent } = rest;
  const client = async () => {
    for (let one = rest.pop(); one; one = rest.pop()) {
      const status = await send(one);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT }, client));
  process.stdout.write(`canaries: ${sent} requests\n`);
  return { statuses, sent };
}

/** Rows in every table, and the callers; each use gets new sessions, because some calls end them. */
async function someDesk(): Promise<() => Promise<Callers>> {
  const agentId = await anAgent({ name: `${MARK}-agent` });
  await aCallback({ userId: await aUser({ firstName: `${MARK}-user` }), preferredAgentId: agentId });
  await tick();
  const [agent, supervisor] = [await anAccount({ agentId }), await anAccount()];
  const signedIn = async ({ id }: { id: string }): Promise<Headers> => {
    const cookie = await aSession(id);
    tokens.push(decodeURIComponent(cookie.split("=")[1]!).split(".")[0]!);
    return { ...ownPage, cookie };
  };
  const forged = `ringback.session_token=${MARK}.cookie`;
  return async () => ({
    anyone: [
      { authorization: `Bearer ${MARK}-bearer`, cookie: `${forged}; ${MARK}=1` },
      { cookie: `${forged}; ringback.session_data=${MARK}; ringback.device=${MARK}` },
    ],
    service: [{ authorization: `Bearer ${SERVICE_API_KEY}` }],
    cron: [asCron],
    agent: [await signedIn(agent)],
    supervisor: [await signedIn(supervisor)],
  });
}

async function send({ method, path, query, body, headers }: Sent): Promise<number> {
  const response = await fetch(`${instance.url}${path}${query}`, {
    method,
    headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
    ...(body !== undefined && { body }),
  });
  const answer = await response.text();
  const where = `${method} ${path} ${response.status}`;
  expect(
    [...SECRETS, ...tokens].filter((secret) => answer.includes(secret)),
    where,
  ).toEqual([]);
  if (response.status >= 400) {
    if (!isGraphqlRefusal(answer)) expect(response.headers.get("content-type"), where).toBe("application/problem+json");
    expect(answer, where).not.toMatch(INSIDES);
  }
  return response.status;
}

/** Reads the whole log: a line for each request, each line one object, and nothing in it that was sent. */
async function mustBeSilent(requests: number): Promise<string> {
  const log = await instance.log();
  const lines = log.split("\n").filter(Boolean);
  const ours = lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  expect(ours.filter(({ msg }) => msg === "request").length).toBeGreaterThanOrEqual(requests);
  for (const line of ours) expect(line).toMatchObject({ level: expect.any(String), time: expect.any(String) });
  // The few lines that Next prints at its start.
  expect(lines.filter((line) => !line.startsWith("{") && !/^\s*(▲|-|✓)/.test(line))).toEqual([]);
  expect(lines.filter((line) => line.toLowerCase().includes(MARK))).toEqual([]);
  for (const secret of [...SECRETS, ...tokens, DIGITS, "example.test", "session_token", "\u001b", "?"])
    expect(
      lines.filter((line) => line.includes(secret)),
      secret,
    ).toEqual([]);
  return log;
}
