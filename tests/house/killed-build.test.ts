/** The leftovers of a killed build. The tests use a folder of their own, and a stand-in for Next that builds as long as the test wants. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const MODULE = JSON.stringify(resolve("scripts/production-build.ts"));
/** Reports when the file that Next writes early exists, then runs until its folder holds the file `finish`. */
const NEXT = `
  import { existsSync, mkdirSync, writeFileSync } from "node:fs";
  mkdirSync(".next", { recursive: true });
  writeFileSync(".next/BUILD_ID", "early");
  writeFileSync("begun", "");
  setInterval(() => existsSync("finish") && process.exit(0), 10);
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ringback-build-"));
  const bin = join(folder, "node_modules/next/dist/bin");
  await mkdir(bin, { recursive: true });
  await Promise.all([
    writeFile(join(bin, "next"), NEXT),
    writeFile(join(bin, "package.json"), '{"type":"module"}'),
    writeFile(join(folder, "package.json"), "{}"),
  ]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs one line with what the module exports, as a process group of its own in the folder. */
function run(line: string) {
  const code = `import { buildApp, isBuilt } from ${MODULE}; ${line}`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code], { cwd: folder, detached: true });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk;
  });
  return { child, ended: once(child, "close").then(() => said) };
}

const isBuilt = () => run("console.log(await isBuilt())").ended;
const build = () => run("await buildApp(process.env)");

test("a build that was killed is never taken for a whole one, also over an older one, and the next build makes it", async () => {
  await writeFile(join(folder, "finish"), "");
  await build().ended;
  expect(await isBuilt()).toBe("true\n");
  await rm(join(folder, "finish"));
  await rm(join(folder, "begun"));
  const { child, ended } = build();
  await expect.poll(() => existsSync(join(folder, "begun"))).toBe(true);
  process.kill(-child.pid!, "SIGKILL");
  await ended;
  expect(await isBuilt()).toBe("false\n");
  await writeFile(join(folder, "finish"), "");
  await build().ended;
  expect(await isBuilt()).toBe("true\n");
});
