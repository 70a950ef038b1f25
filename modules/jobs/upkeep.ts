import type { PgBoss } from "pg-boss";
import type { Ctx } from "#lib/base/context";
import { monotonic, readClock } from "#lib/time/clock";
import { type Until, UNBOUNDED } from "#lib/time/until";
import { attempt } from "./attempt.ts";
import type { Handlers } from "./handlers.ts";
import { endOverdue } from "./overdue.ts";
import type { OwedWrites } from "./owed-writes.ts";
import { endDue } from "./pauses.ts";
import type { Places } from "./places.ts";
import { touchAnalysis, touchJobs } from "./sql/settle.ts";
import { beSeen, type Worker } from "./workers.ts";

/** The interval of heartbeats in milliseconds. */
const SEEN_MS = 10_000;

type Keeper = Pick<Handlers, "sweep" | "fail">;
type Work = Readonly<{ ctx: Ctx; boss: PgBoss; handlers: Keeper; places: Places; owed: OwedWrites }>;

/** The work of a worker beside its jobs: writes that it owes, heartbeats, and passes of maintenance. */
export class Upkeep {
  readonly #work: Work;
  readonly #options: Until & Readonly<{ worker: Worker }>;
  #seenAt = -Infinity;
  #keptAt = -Infinity;
  /** The pass under way. It may take long, and neither conversations nor heartbeats wait for it. */
  pass: Promise<unknown> | null = null;

  constructor(work: Work, options: Until & Readonly<{ worker: Worker }>) {
    this.#work = work;
    this.#options = options;
  }

  /** Does what is due by now, and begins a pass when one is due. */
  async doDue(): Promise<void> {
    const { ctx, boss, handlers, places, owed } = this.#work;
    await owed.repay();
    if (monotonic() - this.#seenAt >= SEEN_MS) {
      this.#seenAt = monotonic();
      await beSeen(ctx, this.#options.worker);
      await touchJobs(ctx, places.claimed);
      for (const analysis of places.analyses) await touchAnalysis(ctx, analysis);
    }
    const isDue = monotonic() - this.#keptAt >= ctx.limits.queueMaintenanceSeconds * 1_000;
    if (this.pass !== null || this.#options.stop.aborted || !isDue) return;
    this.#keptAt = monotonic();
    this.pass = attempt(ctx, () => maintain(ctx, boss, handlers, this.#options)).finally(() => {
      this.pass = null;
    });
  }
}

/**
 * Does a pass of upkeep: attempts that were lost, that of pg-boss (analyses that were lost, old jobs), pauses that have ended, and
 * the sweep of runs. Safe to do twice at once.
 */
export async function maintain(ctx: Ctx, boss: PgBoss, handlers: Keeper, until: Until = UNBOUNDED): Promise<void> {
  await endOverdue(ctx, handlers.fail, until);
  await boss.supervise();
  await endDue(ctx);
  await handlers.sweep({ ...ctx, now: await readClock(ctx.db) }, until);
}
