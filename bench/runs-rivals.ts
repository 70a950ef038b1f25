import { createRequire } from "node:module";
import { PgBoss } from "pg-boss";

/** Of graphile-worker what is used here. */
type Graphile = {
  makeWorkerUtils: (options: { connectionString: string }) => Promise<{
    migrate: () => Promise<void>;
    addJobs: (jobs: { identifier: string; payload: unknown }[]) => Promise<unknown>;
    release: () => Promise<void>;
  }>;
  runOnce: (options: Record<string, unknown>) => Promise<void>;
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
/** What a job of ours carries, too. */
const payload = (place: number) => ({ runId: 1, place });

export type Rival = { name: string; queue: (jobs: number) => Promise<void>; end: () => Promise<void> };

/** Raw pg-boss and graphile-worker on this database, each with a queue of its own. */
export async function rivals(url: string): Promise<Rival[]> {
  const boss = new PgBoss({ connectionString: url, max: 4, supervise: false, schedule: false, migrate: false });
  boss.on("error", () => {});
  await boss.start();
  await boss.createQueue("bench");
  const { makeWorkerUtils } = await graphileOf();
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
      end: () => boss.stop({ graceful: false }),
    },
    {
      name: "graphile-worker",
      queue: (jobs) =>
        inChunks(jobs, (places) =>
          utils.addJobs(places.map((place) => ({ identifier: "bench", payload: payload(place) }))),
        ),
      end: () => utils.release(),
    },
  ];
}
