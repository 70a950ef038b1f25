// The way into every command of package.json: `node scripts/bootstrap.mjs <command> [arguments]`. Plain JavaScript for
// Node 18 and newer without dependencies, because it runs before anything is installed. It installs what is missing,
// generates the Prisma client, and runs the command on the Node that package.json pins.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const MODULES = join(ROOT, "node_modules");
const VITEST = ["node_modules/vitest/vitest.mjs", "run", "--config", "tests/config/vitest.config.ts"];

/** What each command runs, relative to the root; the arguments of the command line follow. */
const COMMANDS = {
  start: ["scripts/start.ts"],
  test: VITEST,
  check: ["scripts/check.ts"],
  verify: ["scripts/verify.ts"],
  "db:migrate": ["scripts/migrate.ts"],
  build: ["scripts/build.ts"],
  "vercel-build": ["scripts/vercel-build.ts"],
  bench: ["bench/run.ts"],
  format: ["node_modules/@biomejs/biome/bin/biome", "format", "--write"],
};

const [command, ...args] = process.argv.slice(2);
const windows = process.platform === "win32";
const node = join(MODULES, "node", "bin", windows ? "node.exe" : "node");

async function main() {
  const program = COMMANDS[command];
  if (!program) return fail(`There is no command ${command}; there are ${Object.keys(COMMANDS).join(", ")}.`);
  if (Number(process.versions.node.split(".")[0]) < 18) return fail("Ringback needs Node 18 or newer to begin with.");
  process.chdir(ROOT);
  if (!isInstalled()) await install();
  if (!existsSync(node)) await installNode();
  await generateClient();
  process.exitCode = await run(node, [...program, ...args], { env: withPinnedNode(), forward: true });
}

/** Whether node_modules holds what package-lock.json asks for; npm keeps its own record of what it installed. */
function isInstalled() {
  const wanted = readJson(join(ROOT, "package-lock.json"))?.packages ?? {};
  const found = readJson(join(MODULES, ".package-lock.json"))?.packages;
  if (!found) return false;
  return Object.entries(wanted).every(([path, { version, integrity, optional }]) => {
    if (path === "") return true;
    const there = found[path];
    // What is optional may be for another system.
    if (!there) return optional === true;
    return there.version === version && there.integrity === integrity;
  });
}

async function install() {
  console.log("Installing packages (npm ci); this takes a minute or two the first time ...");
  // Development packages too: the build needs some of them even where NODE_ENV is production.
  const code = await npm(["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"], ROOT);
  if (code !== 0) throw new Error("npm ci failed; its words are above. Nothing was started.");
  console.log("Packages are installed.");
}

/** Package `node` fetches its binary in an install script. Where npm did not run it, this does. */
async function installNode() {
  const home = join(MODULES, "node");
  console.log("Install scripts were not run; fetching the pinned Node now ...");
  const code = await run(hostNode(), ["installArchSpecificPackage"], { cwd: home, env: withoutModules() });
  if (code === 0 && existsSync(node)) return;
  const { version } = readJson(join(home, "package.json")) ?? {};
  throw new Error(
    `Node ${version} is not in node_modules/node. Allow install scripts (npm config set ignore-scripts false) and run npm ci.`,
  );
}

/** Generates the Prisma client when there is none for this schema and this version of Prisma. */
async function generateClient() {
  const stamp = join(ROOT, "prisma", "generated", ".made-from");
  const schema = readFileSync(join(ROOT, "prisma", "schema.prisma"), "utf8").replace(/\r\n/g, "\n");
  const { version } = readJson(join(MODULES, "prisma", "package.json")) ?? {};
  const wanted = createHash("sha256").update(`${version}\n${schema}`).digest("hex");
  const client = join(ROOT, "prisma", "generated", "client.ts");
  if (existsSync(client) && existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  console.log("Generating the database client ...");
  const said = [];
  const code = await run(
    node,
    ["node_modules/prisma/build/index.js", "generate", "--config", "prisma/prisma.config.ts"],
    {
      // Generating does not use the schema engine, but Prisma downloads it unless one is named: any program will do.
      env: {
        ...withPinnedNode(),
        PRISMA_SCHEMA_ENGINE_BINARY: node,
        PRISMA_HIDE_UPDATE_MESSAGE: "1",
        CHECKPOINT_DISABLE: "1",
      },
      hear: (chunk) => said.push(chunk),
    },
  );
  if (code !== 0) throw new Error(`${said.join("").trim()}\nThe database client could not be generated.`);
  writeFileSync(stamp, wanted);
}

/** Runs npm itself, on the Node of the host: the pinned one is among the files that npm ci deletes first. */
function npm(npmArgs, cwd) {
  const env = { ...withoutModules(), PRISMA_SCHEMA_ENGINE_BINARY: process.execPath };
  const script = process.env.npm_execpath;
  if (script?.endsWith("npm-cli.js") && existsSync(script)) return run(hostNode(), [script, ...npmArgs], { cwd, env });
  return run(windows ? "npm.cmd" : "npm", npmArgs, { cwd, env, shell: windows });
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
  // npm of the outer command tells the inner one how it was called; the inner one decides for itself.
  const { npm_config_prefix: _, npm_command: __, ...rest } = process.env;
  return { ...rest, PATH: outside.join(delimiter) };
}

function withPinnedNode() {
  return { ...process.env, PATH: [dirname(node), join(MODULES, ".bin"), ...pathEntries()].join(delimiter) };
}

/** Runs a program to its end and resolves with its exit code; 128 + n when signal n ended it. */
function run(file, fileArgs, { env, cwd = ROOT, shell = false, forward = false, hear = undefined }) {
  return new Promise((resolve, reject) => {
    const output = hear ? "pipe" : "inherit";
    // A command that is kept running notices by the closed channel when this process is gone.
    const stdio = ["inherit", output, output, ...(forward && command === "start" ? ["ipc"] : [])];
    const child = spawn(file, fileArgs, { cwd, env, shell, stdio });
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", hear);
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
      // Ctrl-C reaches the whole process group by itself; what else arrives is passed on.
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

/** npm, when it is ended, ends only the shell between it and us; another parent is the sign of that. */
function onOrphaned(work) {
  const parent = process.ppid;
  if (!process.env.npm_lifecycle_event) return undefined;
  return setInterval(() => process.ppid !== parent && work(), 500).unref();
}

function readJson(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}

function fail(sentence) {
  console.error(sentence);
  process.exitCode = 1;
}

main().catch((error) => fail(error.message));
