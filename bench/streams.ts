import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { readClock } from "../lib/time/clock.ts";
import { DEFAULT_LIMITS } from "../lib/base/env.ts";
import { streamOf } from "../lib/http/stream.ts";
import { openKv } from "../lib/kv/open.ts";
import { log } from "../lib/base/log.ts";
import { streamEvents } from "../modules/cursor-tasks/index.ts";
import { withDatabase } from "./database.ts";

const STREAMS = 500;
const ROUNDS = 4;
const IDLE_MS = 5_000;

setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc") as () => void;

/** Measures the cost of 500 open event streams while nothing happens, and whether they give their memory back. */
export default async function bench(): Promise<void> {
  await withDatabase(async (db, statements) => {
    const ctx = {
      now: await readClock(db),
      db,
      kv: openKv(),
      log,
      limits: DEFAULT_LIMITS,
      actor: { kind: "service" } as const,
      newId: randomUUID,
      afterAnswer: () => {},
    };
    const open = (n: number, signal: AbortSignal) =>
      streamOf((left) => streamEvents(ctx, { conversationId: `c${n}` }, left), { signal }, console.error).getReader();
    console.log(`${STREAMS} streams, each of a conversation of its own`);
    console.log(`  before            | heap ${await megabytes()} MB`);
    for (let round = 1; round <= ROUNDS; round += 1) {
      const readers = Array.from({ length: STREAMS }, () => new AbortController());
      const bodies = readers.map(({ signal }, n) => open(n, signal));
      for (const body of bodies) void drain(body);
      await settled(statements);
      const before = statements();
      await pause(IDLE_MS);
      const rate = ((statements() - before) / IDLE_MS) * 1_000;
      const during = await megabytes();
      for (const reader of readers) reader.abort();
      await pause(2_000);
      console.log(
        `  round ${round}, open     | heap ${during} MB, ${rate.toFixed(1)} statements a second; closed: heap ${await megabytes()} MB`,
      );
    }
  });
}

async function drain(body: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  while (!(await body.read()).done);
}

/** All streams have had their first look: from now on a second has fewer statements than streams. */
async function settled(statements: () => number): Promise<void> {
  for (let seconds = 0; seconds < 20; seconds += 1) {
    const before = statements();
    await pause(1_000);
    if (seconds > 0 && statements() - before < 20) return;
  }
}

async function megabytes(): Promise<string> {
  for (let n = 0; n < 3; n += 1) {
    gc();
    await pause(50);
  }
  return (process.memoryUsage().heapUsed / 1_048_576).toFixed(1);
}
