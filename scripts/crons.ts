/** Calls the crons of vercel.json on their schedule, as Vercel does in production. */
import { readFile } from "node:fs/promises";
import { Cron } from "croner";
import { z } from "zod";

const vercelSchema = z.object({ crons: z.array(z.object({ path: z.string().startsWith("/"), schedule: z.string() })) });
const LONGEST_WAIT_MS = 60_000;

export type CronCall = { path: string; schedule: string };

/** The crons that vercel.json lists. */
export async function listCrons(): Promise<CronCall[]> {
  return vercelSchema.parse(JSON.parse(await readFile("vercel.json", "utf8"))).crons;
}

/**
 * Calls every cron once immediately and then on its schedule, in UTC, with the cron secret. A call is skipped while the one
 * before is under way. Returns a function that stops the schedule and resolves when no call is under way.
 */
export function fireCrons(crons: CronCall[], origin: string, secret: string): () => Promise<void> {
  const end = new AbortController();
  const underWay = new Set<Promise<void>>();
  const jobs = crons.map(({ path, schedule }) => {
    let isBusy = false;
    const fire = async () => {
      if (isBusy) return;
      isBusy = true;
      const call = callCron(origin + path, secret, end.signal).then((failure) => {
        if (failure && !end.signal.aborted) console.error(`cron ${path}: ${failure}`);
      });
      underWay.add(call);
      await call;
      underWay.delete(call);
      isBusy = false;
    };
    void fire();
    return new Cron(schedule, { timezone: "UTC" }, fire);
  });
  return async () => {
    for (const job of jobs) job.stop();
    end.abort();
    await Promise.all(underWay);
  };
}

/** Makes one call; returns its failure in one line, or undefined. */
async function callCron(url: string, secret: string, ended: AbortSignal): Promise<string | undefined> {
  try {
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${secret}`, "user-agent": "ringback-cron" },
      signal: AbortSignal.any([ended, AbortSignal.timeout(LONGEST_WAIT_MS)]),
    });
    const body = await response.text();
    return response.ok ? undefined : `${response.status} ${body.replace(/\s+/g, " ").slice(0, 300)}`;
  } catch (error) {
    const { message, cause } = error as Error;
    return cause instanceof Error ? cause.message : message;
  }
}
