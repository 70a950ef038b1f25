import { whenEnding } from "./settle.ts";
import type { Claimed } from "./sql/claim.ts";

/** An analysis under way. */
export type AnalysisJob = Readonly<{ queue: string; id: string; retryCount: number }>;
type Job = Claimed | AnalysisJob;

const isAnalysis = (job: Job): job is AnalysisJob => "queue" in job;

/** The places of a worker: the jobs under way, and how many more may begin. */
export class Places {
  readonly #limit: number;
  readonly #onFault: (error: unknown) => void;
  /** The jobs under way by their promise. */
  readonly #running = new Map<Promise<void>, Job>();
  /** Those that still work; the others of `#running` have ended, and only their ends are left to write. */
  readonly #working = new Set<symbol>();
  #left = Promise.withResolvers<void>();
  /** How many jobs failed unexpectedly. */
  faults = 0;

  /** `onFault` learns of each job whose work throws. */
  constructor(limit: number, onFault: (error: unknown) => void) {
    this.#limit = limit;
    this.#onFault = onFault;
  }

  /** How many jobs are under way. */
  get count(): number {
    return this.#running.size;
  }

  /** An ended conversation leaves its place to the next while its end is written, and no more of them than there are places. */
  get free(): number {
    return Math.min(this.#limit - this.#working.size, 2 * this.#limit - this.#running.size);
  }

  /** The analyses under way: at most one is begun at a time. */
  get analyses(): AnalysisJob[] {
    return [...this.#running.values()].filter(isAnalysis);
  }

  /** The claimed conversations under way. */
  get claimed(): Claimed[] {
    return [...this.#running.values()].filter((job): job is Claimed => !isAnalysis(job));
  }

  /** A promise for each job under way, which resolves when everything of it is written. */
  ends(): Iterable<Promise<void>> {
    return this.#running.keys();
  }

  /** Resolves when the next place becomes free, from this moment on. */
  nextLeft(): Promise<void> {
    this.#left = Promise.withResolvers();
    return this.#left.promise;
  }

  /** Begins `work` on a conversation, or on an analysis, in a place of its own. */
  begin(job: Job, work: () => Promise<void>): void {
    const place = Symbol();
    this.#working.add(place);
    const leave = () => {
      this.#working.delete(place);
      this.#left.resolve();
    };
    if (!isAnalysis(job)) whenEnding(job, leave);
    const one = work()
      .catch((error: unknown) => {
        this.faults += 1;
        this.#onFault(error);
      })
      .finally(() => {
        this.#running.delete(one);
        leave();
      });
    this.#running.set(one, job);
  }
}
