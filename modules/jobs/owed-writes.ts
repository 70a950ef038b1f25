import type { Ctx } from "#lib/base/context";
import { isDatabaseAway } from "#lib/database/error";

/** Writes that failed, made up for as soon as the database is back, so that no job waits for a missed heartbeat or its expiry. */
export class OwedWrites {
  readonly #log: Ctx["log"];
  readonly #writes = new Set<() => Promise<unknown>>();

  constructor(log: Ctx["log"]) {
    this.#log = log;
  }

  /** Writes, or remembers the write for later when it fails, and throws its error. */
  async write(write: () => Promise<unknown>): Promise<void> {
    try {
      await write();
    } catch (error) {
      this.#writes.add(write);
      throw error;
    }
  }

  /** Writes everything that is owed. Throws while the database is away. */
  async repay(): Promise<void> {
    for (const write of this.#writes) {
      await write().catch((error: unknown) => {
        if (isDatabaseAway(error)) throw error;
        // An end that the database refuses for good must not keep this worker from its other work: the job expires.
        this.#log.error({ reason: String(error) }, "the end of a job could not be stored");
      });
      this.#writes.delete(write);
    }
  }
}
