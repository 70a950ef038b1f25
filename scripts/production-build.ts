/** The production build of the app, made again only when one of its sources has changed. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Variables } from "./environment.ts";

const NEXT = "node_modules/next/dist/bin/next";
const STAMP = ".next/made-from";
/** The files that the build reads. Tests and scripts are not part of it. */
const SOURCES = [
  "app",
  "lib",
  "modules",
  "public",
  "prisma/schema",
  "next.config.js",
  "instrumentation.ts",
  "proxy.ts",
  "postcss.config.mjs",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
];

/** Whether `.next` holds a finished build of exactly these sources by this version of Node. */
export async function isBuilt(): Promise<boolean> {
  const [stamp, id] = await Promise.all([text(STAMP), text(".next/BUILD_ID")]);
  return id !== undefined && stamp === (await fingerprint());
}

/** Builds the app. Throws with the complete output of a failed build; `signal` aborts it. */
export async function buildApp(variables: Variables, signal?: AbortSignal): Promise<void> {
  // Read before the build, so that a file that changes meanwhile leads to another build.
  const made = await fingerprint();
  // A killed build leaves a part of it, which must not count as the build of the sources before.
  await rm(STAMP, { force: true });
  const child = spawn(process.execPath, [NEXT, "build"], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...variables, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" } as NodeJS.ProcessEnv,
    ...(signal && { signal }),
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      said += chunk;
    });
  }
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${said.trim()}\nThe app could not be built.`);
  await writeFile(STAMP, made);
}

async function fingerprint(): Promise<string> {
  const hash = createHash("sha256").update(process.version);
  for (const source of SOURCES) {
    for (const file of await filesOf(source)) hash.update(`${file}\n`).update(await readFile(file));
  }
  return hash.digest("hex");
}

async function filesOf(path: string): Promise<string[]> {
  try {
    const entries = await readdir(path, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && !entry.name.endsWith(".test.ts"))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOTDIR") return [path];
    if (code === "ENOENT") return [];
    throw error;
  }
}

function text(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch(() => undefined);
}
