/**
 * `npm run worker`: works on the jobs of runs and sends messages until it is stopped; any number of workers may run
 * simultaneously.
 */
import { randomUUID } from "node:crypto";
import { parseEnv, warningsOf } from "#lib/base/env";
import { log } from "#lib/base/log";
import { openTraces } from "#lib/outbound/traces";
import { openRuntime } from "#lib/runtime";
import { runMessageWorker } from "#modules/messages";
import { runWorker } from "#modules/runs";
import { readEnvironment } from "./environment.ts";
import { endWith, main } from "./main.ts";
import { serveMetrics } from "./worker-metrics.ts";

/** In milliseconds: for how long running jobs may finish after SIGTERM before they are given back. */
const GRACE_MS = 10_000;

await main(async () => {
  Object.assign(process.env, readEnvironment());
  if (!process.env.DATABASE_URL) {
    return endWith(
      1,
      "DATABASE_URL is not set; the worker works for the PostgreSQL it names. npm start runs one of its own.",
    );
  }
  const settings = parseEnv(process.env);
  const stop = new AbortController();
  const end = new AbortController();
  const leave = (): void => {
    if (stop.signal.aborted) return;
    stop.abort();
    setTimeout(() => end.abort(), GRACE_MS).unref();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, leave);
  const closeTraces = await openTraces();
  const runtime = openRuntime(settings, {
    timeouts: "batch",
    poolSize: settings.DATABASE_POOL_SIZE,
    // The same few statements all day, for a few rows each.
    isPrepared: true,
  });
  const ctx = await runtime.ctx({ kind: "system" });
  if (settings.WORKER_METRICS_PORT) serveMetrics(settings.WORKER_METRICS_PORT, settings.METRICS_TOKEN!);
  for (const sentence of warningsOf()) log.warn(sentence);
  log.info("the worker is here");
  const way = { stop: stop.signal, end: end.signal };
  const [jobs, messages] = await Promise.all([
    runWorker(ctx, { id: randomUUID(), ...way }),
    runMessageWorker(ctx, way),
  ]);
  await runtime.close();
  await closeTraces?.();
  log.info({ ...jobs, messages }, "the worker has ended");
  endWith(0);
});
