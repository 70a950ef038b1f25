import { globSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const root = new URL("../..", import.meta.url).pathname;
// Node keeps compiled code here, so that the processes of the tests, and the scripts and instances that they start, need not
// compile it again.
process.env.NODE_COMPILE_CACHE = `${root}.ringback/compiled`;
const files = globSync("{app,modules,lib,scripts,tests}/**/*.test.ts", { cwd: root });

/**
 * Marks of a test file that changes its whole process, or expects it unchanged: the environment, modules, timers, the settings of
 * its database. Such a file has a process of its own.
 */
const CHANGES_ITS_PROCESS =
  /process\.chdir|process\.env\.\w+ = |assign\(process\.env|vi\.(mock|stubEnv|useFakeTimers|resetModules)|[`"]\s*ALTER DATABASE |setup\/real-clock|served\/instances|\.\/instances/;
/** A file that uses instances without variables of its own, or a browser, continues with those of the file before. */
const SHARES_INSTANCES = /serveInstances\(\d+\)/;

/** What `npm test`, and `npm run test:long`, pass to vitest; nothing when files are named. */
const filter = process.argv.find((argument) => argument.startsWith("--tags-filter="))?.split("=")[1];

/** Whether the file has tests for this run; vitest would load it to find out. */
function hasTests(text: string): boolean {
  if (filter === "long") return /tags: .*"long"|@module-tag long/.test(text);
  return filter === undefined || !/@module-tag long/.test(text);
}

const groups = Object.groupBy(files, (file) => {
  const text = readFileSync(`${root}${file}`, "utf8");
  if (!hasTests(text)) return "otherRun";
  if (SHARES_INSTANCES.test(text)) return "served";
  return CHANGES_ITS_PROCESS.test(text) ? "alone" : "together";
});

/**
 * Files that take a minute or more, mostly waiting. They begin first: begun last, they would still run when everything else has
 * ended.
 */
const FIRST = /stall-points|crash-points|random-desk|soak\.test|fuzz\.test|accessible/;

/** The slow files of each project come first; the others stay in the order of vitest. */
class SlowFirst extends BaseSequencer {
  override async sort(specs: TestSpecification[]): Promise<TestSpecification[]> {
    const byProject = Map.groupBy(await super.sort(specs), ({ project }) => project);
    return [...byProject.values()].flatMap((these) => [
      ...these.filter(({ moduleId }) => FIRST.test(moduleId)),
      ...these.filter(({ moduleId }) => !FIRST.test(moduleId)),
    ]);
  }
}

export default defineConfig({
  root,
  // The copy of graphql that packages get from Node: with two copies, neither accepts the schema of the other.
  resolve: { alias: [{ find: /^graphql$/, replacement: "graphql/index.js" }] },
  test: {
    environment: "node",
    pool: "forks",
    // A larger young generation: most objects die early, so the garbage collector then has less to scan.
    execArgv: ["--max-semi-space-size=64"],
    // One more than cores: browsers, served instances and databases share these, but some files mostly wait.
    maxWorkers: Math.max(2, availableParallelism()) + 1,
    sequence: { sequencer: SlowFirst },
    globalSetup: ["tests/setup/postgres.ts", "tests/setup/programs.ts"],
    setupFiles: ["tests/setup/every-file.ts"],
    // A test waits for the state in its title, also on a slow machine. A test that hangs still fails.
    tags: [{ name: "long", description: "a walk over everything, or every crash point of it: `npm run test:long`" }],
    testTimeout: 240_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 60_000 } },
    // A request on a slow or busy machine is answered late; that a late one is refused is tested with the usual time.
    env: { LOG_LEVEL: "silent", AI_MOCK_PACE: "quick", REQUEST_TIMEOUT_SECONDS: "60" },
    // Its default export throws when it is read without the variables of a store, and vitest reads the exports of packages.
    server: { deps: { inline: ["@vercel/kv"] } },
    projects: [
      { extends: true, test: { name: "alone", include: groups.alone!, provide: { sharesProcess: false } } },
      // Loading the app takes longer than most tests, and so does starting it, so these do it once for all.
      ...(["served", "together"] as const).map((name) => ({
        extends: true as const,
        test: {
          name,
          include: groups[name]!,
          isolate: false,
          provide: { sharesProcess: true },
          // Instances would not know a password that was hashed by it.
          setupFiles: name === "together" ? ["tests/setup/quick-hash.ts"] : [],
        },
      })),
    ],
  },
});
