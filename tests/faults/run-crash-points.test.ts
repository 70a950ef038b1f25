import { expect, test } from "vitest";
import { openQueues } from "#modules/jobs";
import { HANDLERS, run } from "#modules/runs";
import { expectInvariants } from "#tests/factories/invariants";
import { aRun, itemsOf, work } from "#tests/factories/runs";
import { aCtx } from "#tests/setup/ctx";
import { advance, connectTest } from "#tests/setup/database";
import { claimProbes } from "../../modules/jobs/sql/claim.ts";
import { crashPointsOf, failingPool, type Fault, type Watch } from "./failing-pool.ts";

/** A run, and the statements of a process that held all of its conversations and was gone after the fault. */
async function worked(fault: Fault | null): Promise<{ id: number; statements: string[] }> {
  const id = await aRun({ scenarios: 3, models: ["mock/brief", "mock/warm"] });
  const watch: Watch = { statements: [], fault: null, isOver: true };
  const failing = connectTest({ Pool: failingPool(watch), timeouts: "batch" });
  const ctx = await aCtx({ db: failing });
  await openQueues(ctx);
  const jobs = await claimProbes(ctx, 6);
  expect(jobs).toHaveLength(6);
  watch.statements.length = 0;
  watch.fault = fault;
  const never = new AbortController().signal;
  await Promise.allSettled(jobs.map((job) => HANDLERS.probe(ctx, job, never)));
  await failing.$disconnect();
  return { id, statements: watch.statements };
}

test("a worker that dies at any statement of its batch loses no conversation, and none counts twice", {
  tags: ["long"],
}, async () => {
  const { statements } = await worked(null);
  for (const { fault, where } of crashPointsOf(statements)) {
    const { id } = await worked(fault);
    // The jobs miss their heartbeat and wait for their next attempt.
    for (let pass = 0; pass < 2; pass += 1) {
      await advance({ minutes: 6 });
      await work();
    }
    expect([where, await itemsOf(id)]).toEqual([where, { completed: 6 }]);
    expect([where, (await run(await aCtx(), id))?.status]).toEqual([where, "COMPLETED"]);
    await expectInvariants();
  }
});
