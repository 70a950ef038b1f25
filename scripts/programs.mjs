// Running programs before anything is installed: on which Node, with which PATH, and with signals passed on.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
export const MODULES = join(ROOT, "node_modules");
export const windows = process.platform === "win32";
/** The Node that package.json pins. */
export const node = join(MODULES, "node", "bin", windows ? "node.exe" : "node");

/**
 * Runs a program to its end and resolves with its exit code; 128 + n when signal n ended it. `hear` gets its output, which
 * otherwise goes to the terminal; `channel` opens a channel that closes when this process is gone.
 */
export function run(file, fileArgs, { env, cwd = ROOT, shell = false, channel = false, hear = undefined }) {
  return new Promise((resolve, reject) => {
    const output = hear ? "pipe" : "inherit";
    const stdio = ["inherit", output, output, ...(channel ? ["ipc"] : [])];
    const child = spawn(file, fileArgs, { cwd, env, shell, stdio });
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", hear);
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
      // Ctrl-C reaches the whole process group without help; other signals are passed on.
      process.on(signal, () => (signal === "SIGINT" && process.stdin.isTTY) || child.kill(signal));
    }
    const watch = onOrphaned(() => child.kill("SIGTERM"));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearInterval(watch);
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });
}

/** When npm is ended, it ends only the shell between it and us; a changed parent process shows that. */
function onOrphaned(work) {
  const parent = process.ppid;
  if (!process.env.npm_lifecycle_event) return undefined;
  return setInterval(() => process.ppid !== parent && work(), 500).unref();
}

/** Runs npm on the Node in `file`, or on the one of the host; not on ours, which npm ci deletes first. */
export function npm(npmArgs, file = hostNode()) {
  const env = withoutModules();
  env.PATH = [dirname(file), env.PATH].join(delimiter);
  const script = process.env.npm_execpath;
  if (script?.endsWith("npm-cli.js") && existsSync(script)) return run(file, [script, ...npmArgs], { env });
  return run(windows ? "npm.cmd" : "npm", npmArgs, { env, shell: windows });
}

function hostNode() {
  const folders = withoutModules().PATH.split(delimiter);
  const found = folders.map((folder) => join(folder, windows ? "node.exe" : "node")).find((file) => existsSync(file));
  return found ?? process.execPath;
}

function pathEntries() {
  return (process.env.PATH ?? process.env.Path ?? "").split(delimiter).filter(Boolean);
}

function withoutModules() {
  const outside = pathEntries().filter((folder) => !folder.startsWith(MODULES + sep));
  return { ...process.env, PATH: outside.join(delimiter) };
}

export function withPinnedNode() {
  return { ...process.env, PATH: [dirname(node), join(MODULES, ".bin"), ...pathEntries()].join(delimiter) };
}

export function readJson(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}
