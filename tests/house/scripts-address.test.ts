/**
 * The messages of the commands when DATABASE_URL does not lead to a PostgreSQL.
 * @module-tag long
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { reachDatabase } from "#lib/database/reach";
import { freePort } from "../../scripts/ports.ts";
import { closeNetwork, openNetwork } from "../setup/network.ts";
import { AUTH_SECRET, CRON_SECRET, SERVICE_API_KEY } from "../setup/secrets.ts";

const http = createHttpServer((_request, response) => response.end("I am a web server."));
const silent = createServer(() => {});
let closed: number;

// A name that nobody has is looked for as in use.
beforeAll(openNetwork);
afterAll(closeNetwork);

beforeAll(async () => {
  await Promise.all([listen(http), listen(silent)]);
  closed = await freePort();
});
afterAll(() => {
  http.close();
  silent.close();
});

async function listen(server: Server): Promise<void> {
  await once(server.listen(0, "127.0.0.1"), "listening");
}

function at(port: number): string {
  return `postgresql://ringback:hidden-word@127.0.0.1:${port}/ringback`;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** Each kind of wrong address, and the expected message. */
const places: [string, () => string, RegExp][] = [
  ["a web server", () => at(portOf(http)), /does not talk as PostgreSQL does/],
  [
    "one that accepts and says nothing",
    () => at(portOf(silent)),
    /No PostgreSQL answers at 127\.0\.0\.1:\d+ within 5 seconds/,
  ],
  ["nobody", () => at(closed), /Nobody listens at 127\.0\.0\.1/],
];

const more: [string, () => string, RegExp][] = [
  [
    "a host that is not there",
    () => "postgresql://ringback:hidden-word@nowhere.invalid/x",
    /host of nowhere\.invalid:5432 cannot be found/,
  ],
  [
    "a database that is not there",
    () => inject("serverUrl").replace(/[^/]*$/, "no_such_database"),
    /refuses: database "no_such_database" does not exist/,
  ],
  [
    "a wrong password",
    () => Object.assign(new URL(inject("serverUrl")), { password: "hidden-word" }).href,
    /refuses: password authentication failed/,
  ],
  ["no PostgreSQL address", () => "mysql://ringback:hidden-word@127.0.0.1/x", /is no PostgreSQL address/],
  ["TLS where there is none", () => `${at(portOf(http))}?sslmode=require`, /does not talk as PostgreSQL does/],
];

test.each([...places, ...more])(
  "the address of %s gets a sentence that says what is there, without the password",
  async (_name, url, sentence) => {
    const error = await reachDatabase(url()).catch((error: Error) => error);
    expect(error?.message).toMatch(sentence);
    expect(error?.message).toMatch(/DATABASE_URL/);
    expect(error?.message).not.toContain("hidden-word");
  },
);

test("control: a PostgreSQL is reached", async () => {
  await expect(reachDatabase(inject("serverUrl"))).resolves.toBeUndefined();
});

const commands: [string, string[]][] = [
  ["npm start", ["scripts/start.ts"]],
  ["verify", ["scripts/verify.ts"]],
  ["user", ["scripts/user.ts", "invite", "ada@example.test", "supervisor", "Ada", "Byrne"]],
  ["user-data", ["scripts/user-data.ts", "export", "1001"]],
  ["vercel-build", ["scripts/vercel-build.ts"]],
];

/** The message of `command` when DATABASE_URL is `url`; expects that the command exits with code 1. */
async function complaint(command: string[], url: string): Promise<string> {
  const secrets = { AUTH_SECRET, CRON_SECRET, SERVICE_API_KEY, NODE_ENV: "production" };
  const child = spawn(process.execPath, command, {
    env: { ...process.env, ...secrets, DATABASE_URL: url, PORT: String(await freePort()) } as NodeJS.ProcessEnv,
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk;
  });
  child.stdout.resume();
  expect(await once(child, "close")).toEqual([1, null]);
  expect(said).not.toMatch(/External error|hidden-word|\n\s+at /);
  return said;
}

test.each(commands)(
  "%s says that nobody listens, and ends by itself",
  async (_name, command) => {
    expect(await complaint(command, at(closed))).toMatch(/Nobody listens at 127\.0\.0\.1/);
  },
  60_000,
);

test.each(places)(
  "db:migrate at the address of %s says so, and ends by itself",
  async (_name, url, sentence) => {
    expect(await complaint(["scripts/migrate.ts"], url())).toMatch(sentence);
  },
  60_000,
);
