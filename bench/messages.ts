import { hasRabbit, startRabbit } from "../tests/fakes/rabbitmq.ts";
import { withDatabase } from "./database.ts";
import { sayBacklog } from "./messages-backlog.ts";
import { sayIntake } from "./messages-intake.ts";
import { sayStoring } from "./messages-storing.ts";
import { benchEnvironment } from "./served.ts";

/**
 * Messages, for each backend of the queue: from POST to 202 beside an empty route, storing beside bare inserts and pg-boss, and
 * both with a backlog beside none; side by side on one database in one run, with the targets. RabbitMQ is a cluster of three nodes
 * on this machine, where it is installed. Less while working on it: `BENCH_POSTS`, `BENCH_STORED` and `BENCH_BACKLOG` say how many;
 * 0 leaves a part out.
 */
export default async function bench(): Promise<void> {
  await withDatabase(async (db, _statements, databaseUrl) => {
    benchEnvironment(databaseUrl);
    // First, because this process reads its address once; it is gone before the others are measured.
    if (hasRabbit) {
      const cluster = await startRabbit();
      process.env.RABBITMQ_URL = cluster.url;
      try {
        await sayIntake(db, databaseUrl, "rabbitmq");
        await sayStoring(db, databaseUrl, "rabbitmq");
      } finally {
        await cluster.stop();
      }
    } else {
      console.log("rabbitmq is not measured: rabbitmq-server is not installed.");
    }
    for (const backend of ["postgres", "memory"] as const) {
      await sayIntake(db, databaseUrl, backend);
      await sayStoring(db, databaseUrl, backend);
      await sayBacklog(db, databaseUrl, backend);
    }
  });
}
