/** `npm start`: everything Ringback needs, from an empty folder to a served app, until Ctrl-C. */
import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { type Env, parseEnv } from "#lib/base/env";
import { migrate } from "#lib/database/migrations";
import { type RunningApp, serveApp, untilHealthy } from "./app-process.ts";
import { fireCrons, listCrons } from "./crons.ts";
import { loadDemo, refuseDemoAccounts } from "./demo.ts";
import { playDemoDays } from "./demo-day.ts";
import { readEnvironment, type Variables } from "./environment.ts";
import { lockFolder } from "./folder-lock.ts";
import { keepEmbeddedDatabase } from "./keep-database.ts";
import { endWith, inWords } from "./main.ts";
import { isFree } from "./ports.ts";
import { buildApp, isBuilt } from "./production-build.ts";
import { fillSecrets } from "./secrets.ts";
import { step } from "./steps.ts";
import { keepWorker } from "./worker-process.ts";

const isProduction = process.env.NODE_ENV === "production";
/** The functions that undo the start, latest first. */
const undo: (() => Promise<unknown>)[] = [];
const end = new AbortController();

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void stop());
// The process that started this one has ended without a signal.
process.on("disconnect", () => void stop());

await start().catch(fail);

async function start(): Promise<void> {
  const variables = readEnvironment();
  const made = await fillSecrets(variables);
  if (made.length > 0) console.log(`Made ${made.join(" and ")} and kept them in .env.local.`);
  const settings = checkEnvironment(variables);
  if (!variables.DATABASE_URL) undo.push(await lockFolder(settings.RINGBACK_DATA_DIR));
  if (!((await isFree(settings.PORT)) && (await isFree(settings.PORT, "127.0.0.1")))) {
    throw new Error(`Port ${settings.PORT} is in use; end what uses it, or choose another: PORT=3001 npm start`);
  }
  const hasDemoDay = !variables.DATABASE_URL && settings.RINGBACK_DEMO && !isProduction;
  if (isProduction && settings.limits.hasDemoDay)
    throw new Error("RINGBACK_DEMO_DAY is not for production; take it out of the environment.");
  variables.RINGBACK_DEMO_DAY = hasDemoDay ? "1" : "0";
  // Without Twilio nothing is sent: the outbox shows the texts that would have been sent.
  if (hasDemoDay && !settings.TWILIO_ACCOUNT_SID) variables.REMINDER_FROM ||= "+14155550100";
  variables.DATABASE_URL = await prepareDatabase(settings, variables.DATABASE_URL);
  if (!(await isBuilt())) await step("Building the app", () => buildApp(variables, end.signal));
  const app = await serve(settings, variables);
  console.log(`Ringback is ready at http://localhost:${settings.PORT}`);
  if (hasDemoDay) console.log("Open it, sign in as Maya, an agent, or Priya, a supervisor, and start a demo day.");
  const origin = `http://127.0.0.1:${settings.PORT}`;
  if (settings.RINGBACK_CRON) {
    undo.push(keepWorker(variables, isProduction ? undefined : resolve(settings.RINGBACK_DATA_DIR, "worker.log")));
    undo.push(fireCrons(await listCrons(), origin, settings.CRON_SECRET));
  }
  if (hasDemoDay) undo.push(await playDemoDays(variables.DATABASE_URL, { origin, ...settings }));
  const lastWords = await app.ended;
  if (!end.signal.aborted) throw new Error(`The app ended by itself.\n${lastWords}`);
}

/** Checks all variables before anything is started; without a DATABASE_URL, the embedded database will be used. */
function checkEnvironment(variables: Variables): Env {
  return parseEnv({ ...variables, DATABASE_URL: variables.DATABASE_URL || "postgresql://embedded" });
}

/** Opens and migrates the database, and fills an empty embedded one with invented people. Returns its address. */
async function prepareDatabase(settings: Env, given: string | undefined): Promise<string> {
  let url = given;
  if (!url) {
    const database = await step("Starting the embedded PostgreSQL", () =>
      keepEmbeddedDatabase(settings.RINGBACK_DATA_DIR, console.log),
    );
    undo.push(database.close);
    database.lost.catch(fail);
    url = database.url;
  }
  const address = url;
  const { newer } = await step("Migrating the database", () => migrate(address));
  if (newer.length > 0) console.log(`The database has migrations that this code does not know: ${newer.join(", ")}.`);
  if (isProduction) await refuseDemoAccounts(address);
  if (!given && settings.RINGBACK_DEMO && !isProduction) await loadDemo(address, settings.AUTH_SECRET);
  return address;
}

async function serve(settings: Env, variables: Variables): Promise<RunningApp> {
  // A person at a terminal reads these lines; an operator's tools read the log from standard output.
  const logFile = isProduction ? undefined : resolve(settings.RINGBACK_DATA_DIR, "app.log");
  if (logFile) await mkdir(settings.RINGBACK_DATA_DIR, { recursive: true });
  const app = serveApp(settings.PORT, variables, logFile);
  undo.push(app.stop);
  await step("Starting the app", () => untilHealthy(settings.PORT, app));
  if (logFile) console.log(`Requests are logged in ${logFile}`);
  return app;
}

/** Ends everything because of a fault, with its sentence; DEBUG=1 shows the stack. */
async function fail(error: unknown): Promise<void> {
  if (!end.signal.aborted) await stop(1, process.env.DEBUG ? String((error as Error).stack) : inWords(error));
}

/** Ends everything in the opposite order of its start, once, however often it is called. */
async function stop(code = 0, sentence?: string): Promise<void> {
  if (end.signal.aborted) return;
  end.abort();
  if (sentence) console.error(sentence);
  if (undo.length > 0) console.log("Stopping ...");
  for (const work of undo.reverse()) await work().catch((error) => console.error(inWords(error)));
  if (code === 0) console.log("Stopped.");
  endWith(code);
}
