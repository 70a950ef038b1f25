/** A worker as a process of its own, beside the app. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import type { Variables } from "./environment.ts";
import { guard } from "./guard.ts";

const STOP_MS = 15_000;
const AGAIN_MS = 2_000;

/**
 * Runs a worker, and another one when it ends by itself. Its log goes to the file `logFile`, or to standard output. Returns a
 * function that stops it and resolves when it has ended.
 */
export function keepWorker(variables: Variables, logFile: string | undefined): () => Promise<void> {
  let isOver = false;
  let stopThis = async (): Promise<void> => {};
  const log = logFile ? createWriteStream(logFile, { mode: 0o600, flags: "a" }).on("error", () => {}) : process.stdout;
  const begin = (): void => {
    // A process group of its own: Ctrl-C reaches only this process, which stops the worker before the database.
    const child = spawn(process.execPath, ["scripts/worker.ts"], {
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: variables as NodeJS.ProcessEnv,
    });
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => void log.write(chunk));
    const ended = once(child, "close");
    const end = guard(child, "SIGTERM");
    stopThis = async () => {
      const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
      await Promise.all([end(), ended]);
      clearTimeout(timer);
    };
    void ended.then(async () => {
      // The guard of the ended worker has nothing left to watch.
      await end();
      if (!isOver) setTimeout(() => isOver || begin(), AGAIN_MS).unref();
    });
  };
  begin();
  return async () => {
    isOver = true;
    await stopThis();
  };
}
