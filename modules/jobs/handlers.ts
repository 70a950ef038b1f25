import type { Ctx } from "#lib/base/context";
import type { Until } from "#lib/time/until";
import type { AnalysisKind, JobError } from "./rules.ts";
import type { Claimed } from "./sql/claim.ts";

/** The handlers of jobs; each gets a context whose clock was read for its job. */
export type Handlers = Readonly<{
  /** True when the job is settled or no longer ours; otherwise it is given back without spending an attempt. */
  probe: (ctx: Ctx, job: Claimed, signal: AbortSignal) => Promise<boolean>;
  /** Records that an attempt of a job failed unexpectedly; does nothing when the job is no longer ours. */
  fail: (ctx: Ctx, job: Claimed, error: JobError) => Promise<void>;
  /** An analysis that throws is retried by its queue. */
  analyze: (ctx: Ctx, kind: AnalysisKind, runId: number, signal: AbortSignal) => Promise<void>;
  /** Completes what a process left undone, as far as `until` leaves time for it. */
  sweep: (ctx: Ctx, until: Until) => Promise<void>;
}>;
