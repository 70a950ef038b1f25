/** `npm run worker` in a process of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach } from "vitest";

const workers: ChildProcess[] = [];
afterEach(() => {
  for (const worker of workers.splice(0)) worker.kill("SIGKILL");
});

/** A worker on this database; resolves with its exit code and what it said. It does not outlive the test. */
export function aWorker(
  databaseUrl: string,
  variables: Record<string, string> = {},
): {
  worker: ChildProcess;
  ended: Promise<{ code: number | null; said: string }>;
} {
  const worker = spawn(process.execPath, ["scripts/worker.ts"], {
    env: { ...process.env, DATABASE_URL: databaseUrl, QUEUE_WORKER_CONCURRENCY: "4", LOG_LEVEL: "info", ...variables },
    stdio: ["ignore", "pipe", "pipe"],
  });
  workers.push(worker);
  let said = "";
  for (const stream of [worker.stdout, worker.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      said += chunk;
    });
  }
  return { worker, ended: once(worker, "close").then(([code]) => ({ code: code as number | null, said })) };
}
