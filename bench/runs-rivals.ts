import { createRequire } from "node:module";
import { PgBoss } from "pg-boss";

/** The part of graphile-worker that is used here. */
type Graphile = {
  makeWorkerUtils: (options: { connectionString: string }) => Promise<{
    migrate: () => Promise<void>;
    addJobs: (jobs: { identifier: string; payload: unknown }[]) => Promise<unknown>;
    release: () => Promise<void>;
  }>;
  runOnce: (options: Record<string, unknown>) => Promise<void>;
  run: (options: Record<string, unknown>) => Promise<{ stop: () => Promise<void> }>;
  Logger: new (logs: () => () => void) => object;
};

/** It is installed by `npm install` in `bench/rivals`, apart from the app. Throws a sentence when it is not. */
export async function graphileOf(): Promise<Graphile> {
  try {
    return createRequire(new URL("rivals/package.json", import.meta.url))("graphile-worker") as Graphile;
  } catch (error) {
    throw new Error("graphile-worker is measured too: run npm install in bench/rivals first.", { cause: error });
  }
}

const CHUNK = 5_000;
/** The payload of a job, as in ours. */
const payload = (place: number) => ({ runId: 1, place });

export type Rival = {
  name: string;
  queue: (jobs: number) => Promise<void>;
  /** The number of jobs a second that this many clients take, one by one, each without a pause. */
  take: (clients: number, jobs: number) => Promise<number>;
  end: () => Promise<void>;
};

/** Raw pg-boss and graphile-worker on this database, each with a queue of its own. */
export async function rivals(url: string, poolSize = 4): Promise<Rival[]> {
  const boss = new PgBoss({ connectionString: url, max: poolSize, supervise: false, schedule: false, migrate: false });
  boss.on("error", () => {});
  await boss.start();
  await boss.createQueue("bench");
  const { makeWorkerUtils, run, Logger } = await graphileOf();
  const utils = await makeWorkerUtils({ connectionString: url });
  await utils.migrate();
  const inChunks = async (jobs: number, add: (places: number[]) => Promise<unknown>) => {
    for (let from = 0; from < jobs; from += CHUNK) {
      await add(Array.from({ length: Math.min(CHUNK, jobs - from) }, (_, n) => from + n));
    }
  };
  return [
    {
      name: "pg-boss",
      queue: (jobs) =>
        inChunks(jobs, (places) =>
          boss.insert(
            "bench",
            places.map((place) => ({ data: payload(place) })),
          ),
        ),
      take: async (clients, jobs) => {
        let left = jobs;
        const client = async () => {
          while (left-- > 0) {
            const fetched = await boss.fetch("bench");
            if (fetched.length !== 1) throw new Error("pg-boss found no job");
          }
        };
        const begun = performance.now();
        await Promise.all(Array.from({ length: clients }, client));
        return (jobs / (performance.now() - begun)) * 1_000;
      },
      end: () => boss.stop({ graceful: false }),
    },
    {
      name: "graphile-worker",
      queue: (jobs) =>
        inChunks(jobs, (places) =>
          utils.addJobs(places.map((place) => ({ identifier: "bench", payload: payload(place) }))),
        ),
      take: async (clients, jobs) => {
        // It takes jobs only to run them, so these jobs do nothing. Its start is not counted.
        let taken = 0;
        let begun = 0;
        const enough = Promise.withResolvers<number>();
        const bench = async () => {
          taken += 1;
          if (taken === 1) begun = performance.now();
          if (taken === jobs + 1) enough.resolve(performance.now() - begun);
        };
        const options = {
          connectionString: url,
          concurrency: clients,
          maxPoolSize: clients + 2,
          noHandleSignals: true,
        };
        const worker = await run({ ...options, logger: new Logger(() => () => {}), taskList: { bench } });
        const ms = await enough.promise;
        await worker.stop();
        return (jobs / ms) * 1_000;
      },
      end: () => utils.release(),
    },
  ];
}
