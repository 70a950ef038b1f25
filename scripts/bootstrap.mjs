// The way into every command of package.json: `node scripts/bootstrap.mjs <command> [arguments]`. Plain JavaScript for
// Node 18 and newer without dependencies, because it runs before anything is installed. It installs what is missing,
// generates the Prisma client, and runs the command on the Node that package.json pins.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { install, installNodeOnly, isInstalled } from "./installation.mjs";
import { MODULES, node, ROOT, readJson, run, withPinnedNode } from "./programs.mjs";

const VITEST = ["node_modules/vitest/vitest.mjs", "run", "--config", "tests/config/vitest.config.ts"];

/** The program of each command, relative to the root; the arguments of the command line follow. */
const COMMANDS = {
  // Nothing besides the installation that precedes every command.
  install: [],
  start: ["scripts/start.ts"],
  // A file that is named runs with its long tests.
  test: process.argv.slice(3).some((argument) => !argument.startsWith("-"))
    ? VITEST
    : [...VITEST, "--tags-filter=!long"],
  "test:long": [...VITEST, "--tags-filter=long"],
  check: ["scripts/check.ts"],
  audit: ["scripts/audit.ts"],
  verify: ["scripts/verify.ts"],
  user: ["scripts/user.ts"],
  "user-data": ["scripts/user-data.ts"],
  "tasks-demo": ["scripts/tasks-demo.ts"],
  worker: ["scripts/worker.ts"],
  "db:migrate": ["scripts/migrate.ts"],
  build: ["scripts/build.ts"],
  "vercel-build": ["scripts/vercel-build.ts"],
  fuzz: ["scripts/fuzz.ts"],
  soak: ["scripts/soak.ts"],
  bench: ["bench/run.ts"],
  format: ["node_modules/@biomejs/biome/bin/biome", "format", "--write"],
};

const [command, ...args] = process.argv.slice(2);

async function main() {
  const program = COMMANDS[command];
  if (!program) return fail(`There is no command ${command}; there are ${Object.keys(COMMANDS).join(", ")}.`);
  if (Number(process.versions.node.split(".")[0]) < 18) return fail("Ringback needs Node 18 or newer to begin with.");
  process.chdir(ROOT);
  if (!isInstalled()) await install();
  if (!existsSync(node)) await installNodeOnly();
  await generateClient();
  if (program.length === 0) return;
  // A command that is kept running notices by a closed channel when this process is gone.
  process.exitCode = await run(node, [...program, ...args], { env: withPinnedNode(), channel: command === "start" });
}

/** Generates the Prisma client when there is none for this schema and this version of Prisma. */
async function generateClient() {
  const stamp = join(ROOT, "prisma", "generated", ".made-from");
  const folder = join(ROOT, "prisma", "schema");
  const schema = readdirSync(folder)
    .sort()
    .map((file) => readFileSync(join(folder, file), "utf8").replace(/\r\n/g, "\n"))
    .join("");
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

function fail(sentence) {
  console.error(sentence);
  process.exitCode = 1;
}

main().catch((error) => fail(error.message));
