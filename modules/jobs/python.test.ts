import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test, vi } from "vitest";
import { z } from "zod";
import { hasPython } from "#tests/fakes/python";
import { spawnPython } from "./python.ts";

const folder = await mkdtemp(join(tmpdir(), "ringback-python-"));
afterAll(() => rm(folder, { recursive: true, force: true }));
let scripts = 0;

/** Runs these lines; the input is in `data`. */
async function python(
  lines: string,
  { input = {}, timeoutMs = 60_000, output = z.unknown() as z.ZodType, ...way } = {} as Way,
) {
  scripts += 1;
  const file = join(folder, `s${scripts}.py`);
  await writeFile(file, `import sys, json, os, time\n${lines}\n`);
  return spawnPython(file, input, { output, timeoutMs, ...way });
}
type Way = { input?: unknown; timeoutMs?: number; maxOutputBytes?: number; output?: z.ZodType; signal?: AbortSignal };
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test.skipIf(!hasPython)("the scripts' own tests pass, on figures computed by hand", async () => {
  const { stderr } = await promisify(execFile)("python3", ["-B", "-m", "unittest"], { cwd: "modules/jobs/python" });
  expect(stderr).toMatch(/Ran \d+ tests[\s\S]*OK/);
});

test.skipIf(!hasPython)("every script reads its whole input, also half of a surrogate pair", async () => {
  const input = { text: "Grüße 😀 \ud83d\n\u2028", list: [1, 2.5, null] };
  expect(await python("json.dump(json.loads(sys.stdin.readline()), sys.stdout)", { input })).toEqual(input);
});

test.skipIf(!hasPython).each<[string, string, string, RegExp]>([
  ["prints rubbish", "print('hello')", "not_json", /not JSON: hello/],
  [
    "prints bytes that are not UTF-8",
    String.raw`sys.stdout.buffer.write(b'{"a": "\xff"}')`,
    "not_utf8",
    /wrote bytes that are not UTF-8\./,
  ],
  ["prints nothing", "pass", "no_output", /wrote nothing/],
  ["prints NaN", "print(json.dumps({'x': float('nan')}))", "not_json", /NaN or Infinity/],
  ["dies before it reads", "sys.exit(7)", "script_failed", /ended with code 7\./],
  ["raises", "raise ValueError('so it is')", "script_failed", /ended with code 1: [\s\S]*ValueError: so it is/],
  ["is killed", "os.kill(os.getpid(), 9)", "script_failed", /ended by SIGKILL/],
  ["prints another shape", "print('[]')", "wrong_output", /something else than expected/],
])("a script that %s gives a precise error", async (_what, lines, code, sentence) => {
  const large = { input: "x".repeat(300_000), output: z.object({}) };
  const error = await python(lines, large).catch((error: unknown) => error as Error);
  expect(error).toMatchObject({ name: "JobError", code });
  expect((error as Error).message).toMatch(sentence);
});

test.skipIf(!hasPython)("a script that writes too much is ended", async () => {
  const lines = "while True: sys.stdout.write('x' * 10000)";
  await expect(python(lines, { maxOutputBytes: 50_000 })).rejects.toMatchObject({ code: "too_large" });
});

test.skipIf(!hasPython)(
  "a script that floods its error output is not blocked by it, and little of it is kept",
  async () => {
    const error = await python("sys.stderr.write('e' * 1000000)\nsys.exit(1)").catch(
      (error: unknown) => error as Error,
    );
    expect((error as Error).message.length).toBeLessThan(1_200);
  },
);

test.skipIf(!hasPython)(
  "a script that takes too long is ended with everything it began, also what ignores to be asked",
  async () => {
    const pids = join(folder, "pids");
    const lines = `
import signal, subprocess
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen(['sleep', '1000'])
open(${JSON.stringify(pids)}, 'w').write(f'{os.getpid()} {child.pid}')
time.sleep(1000)`;
    await expect(python(lines, { timeoutMs: 3_000 })).rejects.toMatchObject({ code: "timeout" });
    for (const pid of (await readFile(pids, "utf8")).split(" "))
      await expect.poll(() => isAlive(Number(pid))).toBe(false);
  },
);

test.skipIf(!hasPython)(
  "a grandchild that holds the output does not hold up the result, and is not left behind",
  async () => {
    const lines = "import subprocess\nprint(json.dumps({'pid': subprocess.Popen(['sleep', '1000']).pid}))";
    const { pid } = (await python(lines)) as { pid: number };
    await expect.poll(() => isAlive(pid)).toBe(false);
  },
);

test.skipIf(!hasPython)(
  "a script writes every character, also under a parent whose terminal knows ASCII alone",
  async () => {
    vi.stubEnv("PYTHONIOENCODING", "ascii");
    vi.stubEnv("LC_ALL", "POSIX");
    expect(await python("print(json.dumps({'said': 'Grüße 😀'}, ensure_ascii=False))")).toEqual({ said: "Grüße 😀" });
  },
);

test.skipIf(!hasPython)("a script ends when it is not wanted any more", async () => {
  const stop = new AbortController();
  setTimeout(() => stop.abort(new Error("not wanted")), 200);
  await expect(python("time.sleep(1000)", { signal: stop.signal })).rejects.toThrow("not wanted");
});

test.skipIf(!hasPython)("a script ends by itself when the process that asked for it is gone", async () => {
  const lines = "from ringback_io import read_input; read_input(); import time; time.sleep(1000)";
  const script = spawn("python3", ["-B", "-c", lines], {
    cwd: "modules/jobs/python",
    stdio: ["pipe", "ignore", "inherit"],
  });
  const ended = once(script, "exit");
  script.stdin.write("{}\n");
  // The process at the other end of its input ends, and the system closes the input.
  script.stdin.destroy();
  expect(await ended).toEqual([3, null]);
});
