import type { PgBoss } from "pg-boss";
import type { Ctx } from "#lib/base/context";
import { QueueError } from "#lib/base/errors";
import { openBoss } from "./boss.ts";
import { queueOptions, timesFault } from "./rules.ts";

const ready = new WeakMap<PgBoss, Promise<void>>();

/**
 * Opens the queues and their dead-letter queues; the first call of a process creates them and brings them in line with the rules.
 * Creating a queue that exists does not change its options, so they are also set, read back and compared. Refuses with QueueError.
 */
export async function openQueues(ctx: Pick<Ctx, "db" | "log" | "limits">): Promise<PgBoss> {
  const boss = await openBoss(ctx);
  let work = ready.get(boss);
  if (!work) {
    work = reconcileQueues(boss, ctx.limits.queueArchiveSeconds);
    ready.set(boss, work);
    work.catch(() => ready.delete(boss));
  }
  await work;
  return boss;
}

/** Creates missing queues, sets their options, and compares the options found afterwards with the wanted ones. */
export async function reconcileQueues(boss: PgBoss, archiveSeconds: number): Promise<void> {
  const fault = timesFault();
  if (fault) throw new QueueError(fault);
  const wanted = queueOptions(archiveSeconds);
  for (const { name, options } of wanted) {
    await boss.createQueue(name, options);
    await boss.updateQueue(name, options);
  }
  const found = new Map((await boss.getQueues(wanted.map(({ name }) => name))).map((queue) => [queue.name, queue]));
  for (const { name, options } of wanted) {
    const held = found.get(name) as Record<string, unknown> | undefined;
    const wrong = Object.keys(options).find((option) => held?.[option] !== options[option]);
    if (wrong) throw new QueueError(`The queue ${name} keeps ${wrong} as ${held?.[wrong]}, not as ${options[wrong]}.`);
  }
}
