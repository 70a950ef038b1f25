import { isUtf8 } from "node:buffer";
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { join } from "node:path";
import type { z } from "zod";
import { pause } from "#lib/time/clock";
import { JobError } from "./rules.ts";

type Options<T> = Readonly<{
  /** The schema of the script's answer. */
  output: z.ZodType<T>;
  timeoutMs: number;
  /** Maximum bytes of its standard output. Default: 16 MiB. */
  maxOutputBytes?: number;
  signal?: AbortSignal;
}>;

const FOLDER = join(process.cwd(), "modules", "jobs", "python");
/** The wait between SIGTERM and SIGKILL; and between the end of the script and giving up on processes that it left behind. */
const GRACE_MS = { term: 1_000, pipes: 200 };
const MAX_ERROR_BYTES = 8_192;

/**
 * Runs a script of `modules/jobs/python` (or at an absolute path) with `input` as one line of JSON on its standard input, and
 * returns the JSON of its standard output, checked. The script has a process group of its own, which is ended whole when it has
 * ended, takes longer than `timeoutMs`, writes too much, or `signal` aborts. Every fault is a JobError that says what happened.
 */
export async function spawnPython<T>(script: string, input: unknown, options: Options<T>): Promise<T> {
  const { output, timeoutMs, maxOutputBytes = 16 * 1_048_576, signal } = options;
  signal?.throwIfAborted();
  // In another working directory the script could import files from there.
  const child = spawn("python3", ["-B", "-X", "utf8", script.startsWith("/") ? script : join(FOLDER, script)], {
    cwd: FOLDER,
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...variablesOfPython(), LC_ALL: "C.UTF-8" } as unknown as NodeJS.ProcessEnv,
  });
  const heard = listen(child, maxOutputBytes);
  const over = new AbortController();
  const why = await Promise.race([
    heard.ended,
    heard.tooMuch.then(() => "too_much" as const),
    pause(timeoutMs, over.signal).then(
      () => "timeout" as const,
      () => new Promise<never>(() => {}),
    ),
    whenAborted(signal),
    send(child, input),
  ]);
  over.abort();
  if (typeof why === "string") await endGroup(child, heard.ended);
  else killGroup(child, "SIGKILL");
  if (why === "aborted") throw signal!.reason as Error;
  if (why === "timeout") throw fault("timeout", `${script} took longer than ${timeoutMs} ms.`);
  if (why === "too_much") throw fault("too_large", `${script} wrote more than ${maxOutputBytes} bytes.`);
  const { code, killedBy, error } = why;
  if (error) throw noPython(error);
  // A process that the script left running may still hold its output; the script's own output is complete.
  await Promise.race([heard.closed, pause(GRACE_MS.pipes)]);
  child.stdout.destroy();
  child.stderr.destroy();
  const said = heard.errors();
  const end = killedBy === null ? `with code ${code}` : `by ${killedBy}`;
  if (code !== 0) throw fault("script_failed", `${script} ended ${end}${said === "" ? "." : `: ${said}`}`);
  return read(script, heard.output(), output);
}

type Ended = Readonly<{ code: number | null; killedBy: NodeJS.Signals | null; error?: NodeJS.ErrnoException }>;

/** Reads both streams from the first moment on: a script that cannot write waits for ever. */
function listen(child: ChildProcessWithoutNullStreams, most: number) {
  const output: Buffer[] = [];
  const errors: Buffer[] = [];
  let size = 0;
  let errorSize = 0;
  const tooMuch = new Promise<void>((resolve) => {
    child.stdout.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > most) resolve();
      else output.push(chunk);
    });
  });
  child.stderr.on("data", (chunk: Buffer) => {
    if (errorSize < MAX_ERROR_BYTES) errors.push(chunk);
    errorSize += chunk.length;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on("error", (error) => resolve({ code: null, killedBy: null, error }));
    child.on("exit", (code, killedBy) => resolve({ code, killedBy }));
  });
  const closed = new Promise<void>((resolve) => child.on("close", () => resolve()));
  // The last lines of a traceback name the error.
  return {
    ended,
    closed,
    tooMuch,
    output: () => Buffer.concat(output),
    errors: () => Buffer.concat(errors).subarray(0, MAX_ERROR_BYTES).toString("utf8").trim().slice(-1_000),
  };
}

/** Writes the input and leaves the pipe open: its end tells the script that this process has ended. Never settles. */
function send(child: ChildProcessWithoutNullStreams, input: unknown): Promise<never> {
  // The end of a script that dies before it has read is reported elsewhere.
  child.stdin.on("error", () => {});
  child.stdin.write(`${asciiJson(input)}\n`);
  return new Promise(() => {});
}

/** JSON in plain ASCII on one line: no encoding can corrupt it, and half of a surrogate pair stays readable. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function whenAborted(signal: AbortSignal | undefined): Promise<"aborted"> {
  return new Promise((resolve) => signal?.addEventListener("abort", () => resolve("aborted"), { once: true }));
}

async function endGroup(child: ChildProcessWithoutNullStreams, ended: Promise<Ended>): Promise<void> {
  killGroup(child, "SIGTERM");
  await Promise.race([ended, pause(GRACE_MS.term)]);
  killGroup(child, "SIGKILL");
  child.stdout.destroy();
  child.stderr.destroy();
}

/** The group belongs to the script, so this cannot end the caller. */
function killGroup({ pid }: ChildProcessWithoutNullStreams, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // The group has ended already.
  }
}

function read<T>(script: string, bytes: Buffer, output: z.ZodType<T>): T {
  // Replacement characters would look like output of the script.
  if (!isUtf8(bytes)) throw fault("not_utf8", `${script} wrote bytes that are not UTF-8.`);
  const text = bytes.toString("utf8");
  if (text.trim() === "") throw fault("no_output", `${script} wrote nothing.`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const what = /\b(NaN|Infinity)\b/.test(text)
      ? "a number that JSON does not have (NaN or Infinity)"
      : "something that is not JSON";
    throw fault("not_json", `${script} wrote ${what}: ${text.slice(0, 100)}`);
  }
  const parsed = output.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw fault(
    "wrong_output",
    `${script} wrote something else than expected: ${issue?.path.join(".")}: ${issue?.message}.`,
  );
}

const fault = (code: string, sentence: string): JobError => new JobError("invalid_output", code, sentence);

function noPython({ code, message }: NodeJS.ErrnoException): JobError {
  if (code === "ENOENT") {
    return new JobError(
      "permanent",
      "no_python",
      "There is no Python 3 here (python3); install it to have runs analysed.",
    );
  }
  return fault("not_started", `Python could not be started: ${message}.`);
}

/** The variables that Python needs; the others may be secrets. */
function variablesOfPython(): Record<string, string> {
  // biome-ignore lint/style/noProcessEnv: PATH says where python3 is, HOME where its packages are; neither is a setting of ours.
  const { PATH = "", HOME = "" } = process.env;
  return { PATH, HOME };
}
