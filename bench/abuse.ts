import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { apiKeyOf, digestOf } from "../lib/identity/api-key.ts";
import type { PrismaClient } from "../prisma/generated/client.ts";
import { KINDS } from "./abuse-kinds.ts";
import { percentile, withDatabase } from "./database.ts";
import { makeDesks } from "./desk-data.ts";
import { withServedApp } from "./served.ts";
import { signInAgents } from "./signed-in.ts";

const AGENTS = 50;
const CALLBACKS = 20_000;
const SECONDS = 12;
/** The time after which a flood has fully begun, or has ended. */
const SETTLE_MS = 2_000;
const EVERY_MS = 100;
const MAX_RATIO = 10;

type Browser = { cookie: string };

/**
 * The poll of a desk (the queue and the desk in turns, ten a second, each by another agent) on one served instance: its
 * quiet median, then beside 200 connections of one kind of abuse at a time. Each kind comes from an address of its own,
 * asks a second after its last answer on each connection (at most 200 requests a second), and runs at the lowest priority,
 * because the two share the processors. The median under each should stay below ten times the quiet one.
 */
export default async function bench(): Promise<void> {
  process.env.TRUSTED_PROXIES = "1";
  const wanted = process.argv.slice(3).join(" ");
  await withDatabase(async (db, _, databaseUrl) => {
    await withServedApp(databaseUrl, async (url) => {
      await makeDesks(db, AGENTS, CALLBACKS);
      await db.$executeRaw`INSERT INTO audit_entries (at, actor, action, subject, details)
        SELECT now(), 'service', 'user.imported', 'user ' || g, '{}' FROM generate_series(1, 2000) g`;
      const everybody = await signInAgents(db);
      const [supervisor, browsers] = [everybody.at(-1)!, everybody.slice(0, -1)];
      await db.$executeRaw`UPDATE staff_accounts SET role = 'supervisor', agent_id = NULL
        WHERE agent_id = (SELECT max(id) FROM agents)`;
      await polls(url, browsers, 5);
      const quiet = percentile(await polls(url, browsers, SECONDS), 0.5);
      console.log(`\nquiet: median ${quiet.toFixed(1)} ms`);
      let isKept = true;
      for (const [place, kind] of Object.keys(KINDS).entries()) {
        if (wanted !== "" && !wanted.split(",").includes(kind)) continue;
        isKept =
          (await sayBeside(url, browsers, {
            args: [kind, `198.51.100.${place}`, await makeKey(db, kind), supervisor.cookie],
            quiet,
          })) && isKept;
      }
      console.log(isKept ? `Every median is below ${MAX_RATIO} times the quiet one.` : "Some are not.");
    });
  });
}

async function sayBeside(
  url: string,
  browsers: Browser[],
  { args, quiet }: { args: [kind: string, address: string, key: string, cookie: string]; quiet: number },
): Promise<boolean> {
  const flood = spawn(process.execPath, ["bench/abuse-flood.ts", url, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  flood.stdout.on("data", (chunk: Buffer) => {
    said += chunk;
  });
  const ended = once(flood, "close");
  await pause(SETTLE_MS);
  const times = await polls(url, browsers, SECONDS);
  flood.kill();
  await ended;
  await pause(SETTLE_MS);
  const [p50, p99] = [percentile(times, 0.5), percentile(times, 0.99)];
  const ratio = p50 / quiet;
  const figures = `median ${p50.toFixed(1).padStart(7)} ms, p99 ${p99.toFixed(0).padStart(6)} ms, ${ratio.toFixed(1).padStart(5)} x`;
  console.log(`${args[0].padEnd(18)}: ${figures}   answered ${said.trim()}`);
  return ratio < MAX_RATIO;
}

async function makeKey(db: PrismaClient, name: string): Promise<string> {
  const key = apiKeyOf(randomBytes(32));
  const scopes = ["callbacks", "cursor-tasks", "users", "conversations", "queue", "messages"].flatMap((of) => [
    `${of}:read`,
    `${of}:write`,
  ]);
  await db.apiKey.create({
    data: {
      name,
      digest: new Uint8Array(digestOf(key)),
      hint: key.slice(0, 8),
      scopes,
      createdBy: "service",
      createdAt: new Date(),
    },
  });
  return key;
}

/** Milliseconds of each poll. A poll begins every tenth of a second, also while an earlier one is still open. */
async function polls(url: string, browsers: Browser[], seconds: number): Promise<number[]> {
  const asked: Promise<number>[] = [];
  const start = performance.now();
  for (let n = 0; n < (seconds * 1_000) / EVERY_MS; n += 1) {
    await pause(Math.max(0, start + n * EVERY_MS - performance.now()));
    const place = n % browsers.length;
    asked.push(poll(`${url}/api/${n % 2 === 0 ? "queue" : `agents/${place + 1}/desk`}`, browsers[place]!));
  }
  return Promise.all(asked);
}

async function poll(url: string, browser: Browser): Promise<number> {
  const sent = performance.now();
  const answer = await fetch(url, { headers: { cookie: browser.cookie } });
  await answer.text();
  const copies = answer.headers.getSetCookie().map((line) => line.split(";", 1)[0]!);
  if (copies.length > 0) browser.cookie = [browser.cookie.split("; ")[0], ...copies].join("; ");
  // A refusal is no poll; it counts with the longest permitted time.
  return answer.ok ? performance.now() - sent : 5_000;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}
