import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { databaseUrl } from "#tests/setup/database";
import { keepWorker } from "../../scripts/worker-process.ts";

/** The processes that this one has started, by the script that they run. */
async function started(script: string): Promise<number[]> {
  const { stdout } = await promisify(execFile)("ps", ["-eo", "pid=,ppid=,args="]);
  return stdout.split("\n").flatMap((line) => {
    const [pid, parent, ...args] = line.trim().split(/\s+/);
    return Number(parent) === process.pid && args.some((arg) => arg.endsWith(script)) ? [Number(pid)] : [];
  });
}

test("a worker of npm start that was killed is followed by another, and leaves no process behind to watch it", async () => {
  const before = await started("guard-process.mjs");
  const stop = keepWorker({ ...process.env, DATABASE_URL: databaseUrl, LOG_LEVEL: "error" }, "/dev/null");
  onTestFinished(stop);
  const guards = async () => (await started("guard-process.mjs")).filter((pid) => !before.includes(pid));
  await expect.poll(guards).toHaveLength(1);
  const [first] = await started("worker.ts");
  const [guard] = await guards();
  process.kill(first!, "SIGKILL");
  await expect.poll(async () => (await started("worker.ts")).filter((pid) => pid !== first)).toHaveLength(1);
  await expect.poll(guards).toHaveLength(1);
  expect(await guards()).not.toContain(guard);
  await stop();
  expect([...(await started("worker.ts")), ...(await guards())]).toEqual([]);
});
