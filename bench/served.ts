import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serveApp, untilHealthy } from "../scripts/app-process.ts";
import { freePort } from "../scripts/ports.ts";
import { buildApp, isBuilt } from "../scripts/production-build.ts";

const SECRETS = {
  CRON_SECRET: "cron-secret-of-the-bench",
  SERVICE_API_KEY: "service-key-of-the-bench",
  AUTH_SECRET: "secret-that-signs-the-cookies-of-the-bench",
};

/** The headers of the cron. */
export const asCron = { authorization: `Bearer ${SECRETS.CRON_SECRET}` };

/** The headers of a service. */
export const asService = { authorization: `Bearer ${SECRETS.SERVICE_API_KEY}` };

/** Gives this process the settings of the served app. */
export function benchEnvironment(databaseUrl: string): void {
  Object.assign(process.env, SECRETS, { DATABASE_URL: databaseUrl, LOG_LEVEL: "info" });
}

/** Does `work` with one instance of the production build on the database at `databaseUrl`; this process shares its secrets. */
export async function withServedApp(databaseUrl: string, work: (url: string) => Promise<void>): Promise<void> {
  benchEnvironment(databaseUrl);
  if (!(await isBuilt())) await buildApp(process.env);
  const port = await freePort();
  const logFile = join(tmpdir(), `ringback-bench-${port}.log`);
  const app = serveApp(port, process.env, logFile);
  try {
    await untilHealthy(port, app);
    await work(`http://127.0.0.1:${port}`);
  } finally {
    await app.stop();
    await rm(logFile, { force: true });
  }
}
