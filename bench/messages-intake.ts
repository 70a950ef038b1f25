import { PgBoss } from "pg-boss";
import { connect, poolOf } from "../lib/database/db.ts";
import { monotonic } from "../lib/time/clock.ts";
import type { PrismaClient } from "../prisma/generated/client.ts";
import { openBareBroker } from "./bare-broker.ts";
import { percentile } from "./database.ts";
import { aText, type Backend, emptyMessages } from "./messages-given.ts";
import { asService, withServedApp } from "./served.ts";
import { inParallel } from "./in-parallel.ts";

const POSTS = Number(process.env.BENCH_POSTS ?? 4_000);
const CLIENTS = 4;
const ROUNDS = 10;
const ACCEPTED = "POST to 202";

/**
 * How long it takes from POST to 202 beside two empty routes of the same server: one that does nothing at all, and one that
 * authenticates, counts and reads the body like any other and then does nothing. Also beside work without HTTP: pg-boss's send, one
 * inserted row and, with RabbitMQ, one entry that most of its nodes confirm. In turns, in rounds that are short enough for all to
 * meet the same load of the machine.
 */
export async function sayIntake(db: PrismaClient, databaseUrl: string, backend: Backend): Promise<void> {
  if (POSTS === 0) return;
  Object.assign(process.env, { QUEUE_BACKEND: backend, SERVICE_REQUESTS_PER_MINUTE: "1000000" });
  const own = connect(databaseUrl, { poolSize: CLIENTS });
  const boss = new PgBoss({
    connectionString: databaseUrl,
    max: CLIENTS,
    supervise: false,
    schedule: false,
    migrate: false,
  });
  boss.on("error", () => {});
  await boss.start();
  await boss.createQueue("bench");
  await db.$executeRaw`CREATE TABLE IF NOT EXISTS bench_rows (id uuid PRIMARY KEY, body jsonb NOT NULL)`;
  const broker = backend === "rabbitmq" ? openBareBroker("bench_intake") : null;
  await withServedApp(databaseUrl, async (url) => {
    const post = (body: unknown) => ask(`${url}/api/messages/sms`, "POST", body);
    let n = 0;
    const next = () => {
      n += 1;
      return aText(n);
    };
    const kinds: Kind[] = [
      ["a route that does nothing", () => ask(`${url}/api/messages/sms`, "OPTIONS")],
      ["a POST that is refused after it was read", () => post({})],
      [ACCEPTED, () => post(next())],
      ["pg-boss send, no HTTP", () => boss.send("bench", next())],
      [
        "one row inserted, no HTTP",
        () =>
          poolOf(own).query({
            name: "row",
            text: "INSERT INTO bench_rows VALUES (gen_random_uuid(), $1)",
            values: [next()],
          }),
      ],
      ...(broker ? [["one confirmed publish, no HTTP", () => broker.publish(next())] satisfies Kind] : []),
    ];
    const times = kinds.map((): number[] => []);
    const expected = [204, 400, 202];
    // The first round is not counted: it loads code and opens connections.
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const [place, [, work]] of kinds.entries()) {
        await inParallel(CLIENTS, Math.ceil(POSTS / ROUNDS), async () => {
          const begun = monotonic();
          const status = await work();
          if (round > 0) times[place]!.push(monotonic() - begun);
          if (expected[place] !== undefined && status !== expected[place]) throw new Error(`${place}: ${status}`);
        });
      }
    }
    const p99 = times.map((of) => percentile(of, 0.99));
    console.log(`\n${backend}: ${CLIENTS} clients, ${POSTS} of each`);
    console.table(
      Object.fromEntries(
        kinds.map(([name], place) => [
          name,
          {
            "p50 ms": percentile(times[place]!, 0.5).toFixed(1),
            "p99 ms": p99[place]!.toFixed(1),
            "p99 against doing nothing": (p99[place]! / p99[0]!).toFixed(2),
            "against being refused": (p99[place]! / p99[1]!).toFixed(2),
            target: name === ACCEPTED ? "p99 < 3 times doing nothing" : "",
          },
        ]),
      ),
    );
  });
  await broker?.close();
  await boss.stop({ graceful: false });
  await own.$disconnect();
  await db.$executeRaw`DROP TABLE bench_rows`;
  await emptyMessages(db);
}

type Kind = [string, () => Promise<unknown>];

async function ask(url: string, method: string, body?: unknown): Promise<number> {
  const headers = { ...asService, "content-type": "application/json" };
  const answer = await fetch(url, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
  await answer.text();
  return answer.status;
}
