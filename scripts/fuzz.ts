/** `npm run fuzz -- --requests N [--seed S]`: the hostile requests of `npm run test:long`, in any number. */
import { spawn } from "node:child_process";
import { parseArgs } from "node:util";
import { endWith } from "./main.ts";

const { requests, seed } = readArguments();
const vitest = ["node_modules/vitest/vitest.mjs", "run", "--config", "tests/config/vitest.config.ts", "tests/fuzz"];
const env = { ...process.env, FUZZ_REQUESTS: requests, ...(seed !== undefined && { FUZZ_SEED: seed }) };
spawn(process.execPath, vitest, { stdio: "inherit", env }).on("close", (code) => endWith(code ?? 1));

function readArguments(): { requests: string; seed: string | undefined } {
  const usage = "Say how many: npm run fuzz -- --requests 100000 [--seed 7]";
  try {
    const { values } = parseArgs({ options: { requests: { type: "string" }, seed: { type: "string" } } });
    const { requests = "", seed } = values;
    if (!/^[1-9]\d{0,7}$/.test(requests) || !/^\d{1,9}$/.test(seed ?? "0")) return endWith(2, usage);
    return { requests, seed };
  } catch {
    return endWith(2, usage);
  }
}
