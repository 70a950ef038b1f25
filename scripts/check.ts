/**
 * `npm run check`: types, lint with the import rules of each room, formatting, unused code, dependencies. It runs all of them,
 * even after one has failed.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { main } from "./main.ts";

const CHECKS: [name: string, program: string, ...args: string[]][] = [
  // Generates the types of the routes, which the compiler then reads.
  ["route types", "node_modules/next/dist/bin/next", "typegen"],
  ["types", "node_modules/typescript/bin/tsc", "--noEmit"],
  ["lint", "node_modules/@biomejs/biome/bin/biome", "lint", "--max-diagnostics=200"],
  ["formatting", "node_modules/@biomejs/biome/bin/biome", "format", "--max-diagnostics=200"],
  ["unused code", "node_modules/knip/bin/knip.js", "--config", "tests/config/knip.jsonc", "--no-config-hints"],
  // The part of `npm run audit` that needs no network.
  ["dependencies", "scripts/audit.ts", "--offline"],
];

await main(async () => {
  const failed: string[] = [];
  for (const [name, ...command] of CHECKS) {
    const { code, said } = await run(command);
    console.log(code === 0 ? `ok   ${name}` : `FAIL ${name}\n${said.trim()}\n`);
    if (code !== 0) failed.push(name);
  }
  console.log(failed.length === 0 ? "All checks passed." : `Failed: ${failed.join(", ")}.`);
  process.exitCode = failed.length === 0 ? 0 : 1;
});

async function run(command: string[]): Promise<{ code: number; said: string }> {
  const child = spawn(process.execPath, command, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1" },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      said += chunk;
    });
  }
  const [code] = await once(child, "close");
  return { code: code ?? 1, said };
}
