/** @module-tag long */
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { untilAnswered } from "#tests/factories/at-once";
import type { Caller } from "#lib/http/caller";
import type { Code } from "#lib/base/errors";
import { refusalsOf } from "#lib/http/refusals";
import type { Operations } from "#lib/http/route";
import { aCallback, anAgent, aUser, tick } from "#tests/factories/desk";
import { type Sender, SENDERS } from "#declared";
import { conversationToken } from "#lib/identity/conversation-token";
import { isGraphqlRefusal } from "#tests/factories/graphql-answer";
import { expectInvariants } from "#tests/factories/invariants";
import { signedFor } from "#tests/factories/signing";
import { aSession, anAccount } from "#tests/factories/staff";
import { document, everyRow, routes } from "../routes/api.ts";
import { ownPage } from "../routes/signed-in.ts";
import { asCron, type Instance, serveInstances } from "../served/instances.ts";
import { METRICS_TOKEN, SERVICE_API_KEY } from "../setup/secrets.ts";
import { type Input, inputOf } from "./inputs.ts";

const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 1_000);
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);
const CONCURRENT = 16;
/** Texts that must never be in an answer: internals of the server, or a page. */
const INSIDES = /\bat .*\.(ts|js|mjs):\d+|node_modules|PrismaClient|SELECT .* FROM|<html|<!DOCTYPE/i;

const operations = routes.flatMap(({ path, operations }) =>
  Object.entries(operations).map(([method, operation]) => {
    const address = `/api${path.replace(/:(\w+)/g, "{$1}")}`;
    return { method, operation, documented: document.paths[address]![method.toLowerCase()]!, address };
  }),
);
type Operation = (typeof operations)[number];
type Sent = Input & { operation: Operation; headers: Record<string, string> };

let instance: Instance;

beforeAll(async () => {
  const variables = {
    REQUESTS_PER_MINUTE: "1000000",
    SERVICE_REQUESTS_PER_MINUTE: "1000000",
    SIGN_INS_PER_QUARTER_HOUR: "1000",
  };
  [instance] = (await serveInstances(1, variables)) as [Instance];
});

test(`${REQUESTS} hostile requests meet documented refusals, never a fault, and certainly wrong ones write nothing`, async () => {
  const callers = await aDesk();
  const requests = fc.sample(aRequest(callers), { numRuns: REQUESTS, seed: SEED });
  const { wrong = [], others = [] } = Object.groupBy(requests, (sent) => (isCertainlyWrong(sent) ? "wrong" : "others"));
  const seen: Record<string, number> = {};
  await inCrowds(others, async (sent) => count(seen, await mustBeDocumented(sent)));
  const before = await everyRow();
  await inCrowds(wrong, async (sent) => {
    const status = await mustBeDocumented(sent);
    count(seen, status);
    if (status < 400 && !hasStrayed(sent)) throw new Error(`${curl(sent)} is wrong and was answered ${status}`);
  });
  expect(await everyRow()).toEqual(before);
  await expectInvariants();
  const health = await fetch(`${instance.url}/api/health`);
  expect(health.status).toBe(200);
  process.stdout.write(
    `fuzz: ${REQUESTS} requests, seed ${SEED}, ${wrong.length} certainly wrong, answers ${JSON.stringify(seen)}\n`,
  );
}, 600_000);

/** A signed webhook is never certainly wrong: the answer names the reason for a part that cannot be used, and its task keeps it. */
function isCertainlyWrong({ isBroken, operation }: Sent): boolean {
  return isBroken && !(Object.keys(SENDERS) as Sender[]).some((sender) => operation.operation.who.includes(sender));
}

type Headers = Record<string, string>;
const SIGNED: Headers = {};
type Callers = { of: Record<Caller, Headers[]>; strangers: Headers[] };

/** A desk with rows in every table, and the callers. */
async function aDesk(): Promise<Callers> {
  for (let n = 0; n < 4; n += 1) await anAgent();
  for (let n = 0; n < 12; n += 1) await aCallback({ userId: await aUser(), inMinutes: n < 8 ? 0 : 90 });
  await tick();
  const agents = await Promise.all([1, 2, 3].map((agentId) => anAccount({ agentId })));
  const signedIn = async ({ id }: { id: string }) => ({ ...ownPage, cookie: await aSession(id) });
  return {
    of: {
      anyone: [{}, ownPage],
      service: [{ authorization: `Bearer ${SERVICE_API_KEY}` }],
      cron: [asCron],
      scraper: [{ authorization: `Bearer ${METRICS_TOKEN}` }],
      agent: await Promise.all(agents.map(signedIn)),
      supervisor: [await signedIn(await anAccount())],
      subscriber: [{ authorization: `Bearer ${conversationToken("1", new Date("2100-01-01"))}` }],
      // The body of these requests is signed once it is known.
      cursor: [SIGNED],
      runner: [SIGNED],
      twilio: [SIGNED],
    },
    strangers: [
      {},
      { authorization: "Bearer nonsense" },
      { authorization: "Bearer rbk_nonsense" },
      { cookie: "ringback.session_token=forged.signature" },
    ],
  };
}

/** Actions that would take the callers themselves away are left to tests of their own. */
const ENDS_CALLERS = new Set(["PATCH /api/staff/{accountId}", "POST /api/sign-out", "PUT /api/me/password"]);

/** Mostly by a permitted caller, because an early refusal tests little of the code. */
function aRequest({ of, strangers }: Callers): fc.Arbitrary<Sent> {
  const some = operations.filter(({ method, address }) => !ENDS_CALLERS.has(`${method} ${address}`));
  const everybody = [...Object.values(of).flat(), ...strangers];
  // The generator of an operation's input is made of its schema once, and not anew for each request.
  const inputs = new Map(some.map((one) => [one, inputOf(one.address, one.documented)]));
  return fc.constantFrom(...some).chain((operation) => {
    const allowed = operation.operation.who.flatMap((caller) => of[caller]);
    const headers = fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...allowed) }, fc.constantFrom(...everybody));
    return fc.tuple(headers, inputs.get(operation)!).map(([chosen, input]) => ({
      ...input,
      operation,
      headers: chosen === SIGNED ? signature(operation, input) : chosen,
    }));
  });
}

function signature({ operation }: Operation, { body }: Input): Headers {
  return signedFor(operation!.who, body ?? "") ?? {};
}

async function mustBeDocumented(sent: Sent): Promise<number> {
  const { operation, headers, body } = sent;
  const send = () =>
    fetch(`${instance.url}${sent.path}${sent.query}`, {
      method: operation.method,
      headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
      ...(body !== undefined && { body }),
    });
  const response = await untilAnswered(send).catch((cause: unknown) => {
    throw new Error(`no answer (seed ${SEED})\n${curl(sent)}`, { cause });
  });
  const text = await response.text();
  const { status } = response;
  const known = Object.keys(operation.documented.responses);
  const isThere = !hasStrayed(sent);
  const type = response.headers.get("content-type") ?? "";
  const faults = [
    status >= 500 && operation.address !== "/api/health" && "a fault of ours",
    isThere && !known.includes(String(status)) && `an undocumented status, known are ${known.join(", ")}`,
    INSIDES.test(text) && operation.address !== "/api/openapi.json" && "insides of the server",
    status >= 400 &&
      !type.startsWith("application/problem+json") &&
      !isGraphqlRefusal(text) &&
      `no problem but ${type}`,
    isThere && type === "application/problem+json" && undeclared(operation, text),
    isThere && status < 300 && type === "application/json" && misfit(operation, text),
  ].filter(Boolean);
  if (faults.length > 0)
    throw new Error(`${faults.join("; ")} (seed ${SEED})\n${curl(sent)}\n${status} ${text.slice(0, 500)}`);
  return status;
}

/** An empty id, dots or slashes make the address that of another route, or of none. */
function hasStrayed({ operation, path }: Sent): boolean {
  const parts = new URL(path, instance.url).pathname.split("/");
  return parts.length !== operation.address.split("/").length || parts.slice(1).includes("");
}

function undeclared({ method, operation }: Operation, text: string): string | false {
  const { code } = JSON.parse(text) as { code: Code };
  return !refusalsOf(method, operation).has(code) && `a refusal that is not declared, ${code}`;
}

function misfit({ operation }: Operation, text: string): string | false {
  const parsed = (operation as Operations[keyof Operations])!.answer.safeParse(JSON.parse(text));
  return parsed.success ? false : `an answer that is not as documented: ${parsed.error.message}`;
}

async function inCrowds(list: Sent[], work: (sent: Sent) => Promise<void>): Promise<void> {
  const rest = [...list];
  await Promise.all(
    Array.from({ length: CONCURRENT }, async () => {
      for (let sent = rest.pop(); sent; sent = rest.pop()) await work(sent);
    }),
  );
}

function count(seen: Record<string, number>, status: number): void {
  seen[status] = (seen[status] ?? 0) + 1;
}

function curl({ operation, path, query, headers, body }: Sent): string {
  const said = Object.entries({ ...headers, ...(body !== undefined && { "content-type": "application/json" }) });
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  return `curl -X ${operation.method} ${quoted(`${instance.url}${path}${query}`)} ${said.map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`).join(" ")}${body === undefined ? "" : ` -d ${quoted(body.slice(0, 2_000))}`}`;
}
