/** The built app as a process of its own: started, waited for, stopped. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import type { Variables } from "./environment.ts";
import { guard } from "./guard.ts";
import { inWords } from "./main.ts";

const NEXT = "node_modules/next/dist/bin/next";
const LONGEST_WAIT_MS = 60_000;
const STOP_MS = 15_000;
/**
 * For how long an idle connection stays open: longer than load balancers keep theirs, which is a minute, because a request that
 * meets the server's end of its connection is reset without an answer.
 */
const IDLE_CONNECTION_MS = 75_000;

export type RunningApp = {
  /** Resolves with the last lines of its output when the app has ended; an end without `stop` is a crash. */
  ended: Promise<string>;
  /** Lets requests that are under way finish, then ends the app. */
  stop: () => Promise<void>;
  /** Ends the app as by kill -9, in the middle of its work. */
  kill: () => Promise<void>;
};

/**
 * Serves the build on `port`. Its log goes to the file `logFile`, faults also to standard error; without a file everything goes
 * to standard output.
 */
export function serveApp(port: number, variables: Variables, logFile: string | undefined): RunningApp {
  const child = spawn(
    process.execPath,
    [NEXT, "start", "--port", String(port), "--keepAliveTimeout", String(IDLE_CONNECTION_MS)],
    {
      // A process group of its own: Ctrl-C reaches only this process, which stops the app before the database.
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...variables, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" } as NodeJS.ProcessEnv,
    },
  );
  const log = logFile ? lastingLog(logFile) : process.stdout;
  const last: string[] = [];
  const keep = (chunk: Buffer) => {
    log.write(chunk);
    last.push(chunk.toString());
    if (last.length > 20) last.shift();
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", (chunk: Buffer) => {
    keep(chunk);
    if (logFile) process.stderr.write(chunk);
  });
  const ended = once(child, "close").then(() => last.join("").trim());
  const end = guard(child, "SIGTERM");
  const stop = async () => {
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
    await Promise.all([end(), ended]);
    clearTimeout(timer);
  };
  const kill = async () => {
    child.kill("SIGKILL");
    await Promise.all([end(), ended]);
  };
  return { ended, stop, kill };
}

/** Writes into a new file. On a full disk it drops lines, and writes again when there is room. */
function lastingLog(file: string): Pick<NodeJS.WritableStream, "write"> {
  const open = (flags: string) => {
    const stream = createWriteStream(file, { mode: 0o600, flags });
    return stream.on("error", () => {});
  };
  let stream = open("w");
  return {
    write: (chunk: string | Uint8Array) => {
      if (stream.destroyed) stream = open("a");
      return stream.write(chunk);
    },
  };
}

/** Resolves when the app is healthy. Throws with the app's own words when it ends or is not healthy within a minute. */
export async function untilHealthy(port: number, app: RunningApp): Promise<void> {
  let isOver: string | undefined;
  void app.ended.then((words) => {
    isOver = words;
  });
  const deadline = performance.now() + LONGEST_WAIT_MS;
  for (;;) {
    const answer = await ask(`http://127.0.0.1:${port}/api/health`);
    if (answer.status === 200) return;
    if (isOver !== undefined) throw new Error(`The app ended while it was starting.\n${isOver}`);
    if (performance.now() > deadline) throw new Error(`The app does not become healthy. It says: ${answer.body}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

/** One request on a connection of its own; status 0 when no connection can be made. */
async function ask(url: string): Promise<{ status: number; body: string }> {
  try {
    const response = await fetch(url, { headers: { connection: "close" }, signal: AbortSignal.timeout(10_000) });
    return { status: response.status, body: await response.text() };
  } catch (error) {
    return { status: 0, body: inWords(error) };
  }
}
