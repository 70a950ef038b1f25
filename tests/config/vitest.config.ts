import { defineConfig } from "vitest/config";

export default defineConfig({
  root: new URL("../..", import.meta.url).pathname,
  test: {
    include: ["{app,modules,lib,scripts,tests}/**/*.test.ts"],
    environment: "node",
    // Processes, not threads: a test file owns its environment variables.
    pool: "forks",
    // One more than the cores of the machine that it must be quick on: browsers and databases are waited for a lot.
    maxWorkers: 3,
    globalSetup: ["tests/setup/postgres.ts"],
    setupFiles: ["tests/setup/console.ts", "tests/setup/network.ts"],
    // Statements on a real database; a test that hangs is still found within the minute.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    env: { LOG_LEVEL: "silent" },
    // Its default export throws at whoever looks at it without the variables of a store, and vitest looks at those of
    // packages.
    server: { deps: { inline: ["@vercel/kv"] } },
  },
});
