import { pino } from "pino";
import { readClock } from "#lib/time/clock";
import type { Actor, Ctx } from "#lib/base/context";
import { DEFAULT_LIMITS, type Limits, parseRuntimeEnv } from "#lib/base/env";
import { openRuntime } from "#lib/runtime";
import { databaseUrl, db } from "./database.ts";
import { beforeEveryTest } from "./hooks.ts";

type Given<A extends Actor> = Partial<Omit<Ctx<A>, "limits">> & { limits?: Partial<Limits> };

let ids = 0;
let waiting: (() => Promise<unknown>)[] = [];

/** The log lines of operations in this test, oldest first. */
export const logged: Record<string, unknown>[] = [];
const log = pino({ base: null, level: "trace" }, { write: (line) => void logged.push(JSON.parse(line)) });

const runtime = openRuntime(parseRuntimeEnv({ DATABASE_URL: databaseUrl }), {
  database: db,
  log,
  newId,
});

beforeEveryTest(() => {
  ids = 0;
  waiting = [];
  logged.length = 0;
});

/**
 * The first argument of an operation, as for a service: the present clock, ids that count up, default limits. Given parts replace
 * these; limits may be given one by one.
 */
export async function aCtx<A extends Actor = { kind: "service" }>(given: Given<A> = {}): Promise<Ctx<A>> {
  const { limits, ...rest } = given;
  const ctx: Ctx<A> = {
    ...runtime.readCtx({ kind: "service" } as Actor as A, { limits: { ...DEFAULT_LIMITS, ...limits } }),
    // Unwrapped: a failure in it fails the test that runs it.
    afterAnswer: (work) => void waiting.push(() => work(ctx)),
    now: rest.now ?? (await readClock(rest.db ?? db)),
    ...rest,
  };
  return ctx;
}

/** Runs the work that operations left for after their answer, in order, until nothing is left. */
export async function runAfterAnswer(): Promise<void> {
  for (let work = waiting.shift(); work; work = waiting.shift()) await work();
}

function newId(): string {
  ids += 1;
  return `00000000-0000-4000-8000-${String(ids).padStart(12, "0")}`;
}
