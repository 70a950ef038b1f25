/**
 * `npm run soak -- --minutes N [--seed S] [--redis]`: a random workload with faults, and a checker that knows only requests and
 * rows.
 */
import { parseArgs } from "node:util";
import { soak, type SoakOptions } from "#tests/soak/run";
import { endWith, main } from "./main.ts";

const USAGE =
  "Say how long: npm run soak -- --minutes 10 [--seed 7] [--redis]; --actions 400 instead makes a short one.";
await main(async () => endWith((await soak(readArguments())) ? 0 : 1));

function readArguments(): SoakOptions {
  const options = {
    minutes: { type: "string" },
    actions: { type: "string" },
    seed: { type: "string" },
    redis: { type: "boolean" },
  } as const;
  try {
    const { minutes, actions, seed, redis = false } = parseArgs({ options }).values;
    const length = minutes ?? actions ?? "";
    if (!/^[1-9]\d{0,6}$/.test(length) || !/^\d{1,9}$/.test(seed ?? "0")) return endWith(2, USAGE);
    return {
      seed: Number(seed ?? Date.now() % 1_000_000_000),
      withRedis: redis,
      until: minutes === undefined ? { actions: Number(length) } : { minutes: Number(length) },
      showsPlan: seed !== undefined,
      say: console.log,
    };
  } catch {
    return endWith(2, USAGE);
  }
}
