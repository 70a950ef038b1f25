/** `npm run vercel-build`, which Vercel runs on every deployment: migrates the database, then builds the app. */
import { migrate } from "#lib/database/migrations";
import { refuseDemoAccounts } from "./demo.ts";
import { readEnvironment } from "./environment.ts";
import { endWith, main } from "./main.ts";
import { buildApp } from "./production-build.ts";
import { step } from "./steps.ts";

await main(async () => {
  const variables = readEnvironment();
  const url = variables.DATABASE_URL;
  if (!url) return endWith(1, "DATABASE_URL is not set; a deployment migrates the PostgreSQL it names.");
  await step("Migrating the database", () => migrate(url));
  await refuseDemoAccounts(url);
  await step("Building the app", () => buildApp(variables));
  // The migration engine keeps a timer for a while, which need not run out.
  endWith(0);
});
