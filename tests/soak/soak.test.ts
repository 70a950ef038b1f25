/** A short soak. It runs as the command does, in a process of its own, on a PostgreSQL that it may freeze. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";
import { ensureBuild } from "../served/instances.ts";

const ACTIONS = 400;
const SEED = process.env.SOAK_SEED ?? "5";

beforeAll(ensureBuild, 300_000);

test(`${ACTIONS} random actions at two instances, with stalls, a kill and a freeze: every answer is true, and every promise is kept once`, async () => {
  const soak = ["scripts/soak.ts", "--actions", String(ACTIONS), "--seed", SEED];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, soak, { maxBuffer: 2 ** 26 }).catch(
    (error) => error,
  );
  for (const line of stdout.split("\n")) if (line.startsWith("soak: ")) process.stdout.write(`${line}\n`);
  const found = stdout.indexOf("\nFOUND ");
  expect(found === -1 ? "" : stdout.slice(found)).toBe("");
  expect(stdout, stderr).toContain("\nsoak: nothing was found\n");
}, 600_000);
