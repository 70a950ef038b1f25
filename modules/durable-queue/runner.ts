/** Runs waiting tasks in the tab that leads their lane. It wakes for an event and does not poll for new tasks. */
import { type After, afterTimer, type Page, PAGE_EVENTS, type PageEvent, thisPage } from "./page.ts";
import type { DurableQueue } from "./queue.ts";
import { CONCURRENCY } from "./rules.ts";
import { LANES, type Lane } from "./task.ts";

export type RunnerOptions = {
  queue: DurableQueue;
  /** Milliseconds since 1970; the clock of the queue. */
  now: () => number;
  /** Maximum simultaneous attempts of the lane `send`; the lane `memory` has one. */
  concurrency?: number;
  page?: Page;
  after?: After;
  /** Called with a fault that stopped a lane for a moment, for the log. */
  failed?: (error: unknown) => void;
};

/** Local work continues this long after the page was hidden: most people come back soon. */
export const HIDDEN_GRACE_MS = 5_000;
/** While a task is open the loop looks at least this often, so that it depends on no hint and no event. */
const LOOK_MS = 30_000;
/** The wait for a task that became due during the look. */
const SHORTEST_SLEEP_MS = 20;

export class QueueRunner {
  readonly #queue: DurableQueue;
  readonly #page: Page;
  readonly #after: After;
  readonly #failed: (error: unknown) => void;
  readonly #lanes: Record<Lane, LaneLoop>;
  #unlisten: (() => void)[] = [];
  #stopHiding = () => {};
  #isStarted = false;

  constructor({ queue, now, concurrency, page = thisPage(), after = afterTimer, failed = () => {} }: RunnerOptions) {
    this.#queue = queue;
    this.#page = page;
    this.#after = after;
    this.#failed = failed;
    const loop = (lane: Lane, atOnce: number) => new LaneLoop({ lane, atOnce, queue, now, after, failed });
    this.#lanes = {
      send: loop("send", concurrency ?? CONCURRENCY.send),
      memory: loop("memory", CONCURRENCY.memory),
    };
  }

  /** Begins; does nothing when it has begun already. */
  start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#unlisten = [
      this.#queue.subscribe((stirred) => {
        for (const lane of stirred) this.#lanes[lane].wake();
      }),
      ...PAGE_EVENTS.map((event) => this.#page.on(event, () => this.#onPage(event))),
    ];
    this.#askToLead();
  }

  /** Begins no further task; resolves when the running ones have ended. */
  async stop(): Promise<void> {
    this.#isStarted = false;
    for (const unlisten of this.#unlisten.splice(0)) unlisten();
    this.#stopHiding();
    await Promise.all(LANES.map((lane) => this.#lanes[lane].rest()));
  }

  /** Looks at once whether a task can begin. */
  wake(): void {
    for (const lane of LANES) this.#lanes[lane].wake();
  }

  #askToLead(): void {
    this.#lanes.send.run();
    if (this.#page.isHidden()) return;
    this.#stopHiding();
    this.#lanes.memory.run();
  }

  #onPage(event: PageEvent): void {
    if (event === "freeze" || event === "pagehide") {
      // A sleeping page with a lock would keep every other tab from working.
      for (const lane of LANES) void this.#lanes[lane].rest();
      if (event === "pagehide") void this.#queue.rest();
      return;
    }
    if (event === "visibilitychange" && this.#page.isHidden()) {
      this.#stopHiding();
      this.#stopHiding = this.#after(HIDDEN_GRACE_MS, () => void this.#lanes.memory.rest());
      return;
    }
    if (event === "pageshow" || event === "resume") this.#queue.wake();
    this.#askToLead();
    // The browser reports that the network is back: tasks in backoff are tried now. Nothing relies on this report.
    if (event === "online") for (const lane of LANES) this.#queue.hurry(lane).catch(this.#failed);
    this.wake();
  }
}

type LoopOptions = {
  lane: Lane;
  atOnce: number;
  queue: DurableQueue;
  now: () => number;
  after: After;
  failed: (error: unknown) => void;
};

/** The loop of a lane. `run` and `rest` may be called in any order and any number of times: there is at most one loop. */
class LaneLoop {
  readonly #options: LoopOptions;
  readonly #underWay = new Set<Promise<void>>();
  #isWanted = false;
  #isLooping = false;
  #isAwake = false;
  #rouse = () => {};
  #filling: Promise<void> = Promise.resolve();

  constructor(options: LoopOptions) {
    this.#options = options;
  }

  run(): void {
    this.#isWanted = true;
    this.#options.queue.tabs.lead(this.#options.lane, () => {
      if (this.#isLooping) this.wake();
      else void this.#loop();
    });
  }

  /** Releases the lead at once; resolves when the attempts under way have ended. */
  async rest(): Promise<void> {
    this.#isWanted = false;
    this.#options.queue.tabs.yieldLead(this.#options.lane);
    this.wake();
    await this.#filling;
    await Promise.all(this.#underWay);
  }

  wake(): void {
    this.#isAwake = true;
    this.#rouse();
  }

  get #leads(): boolean {
    return this.#isWanted && this.#options.queue.tabs.isLeader(this.#options.lane);
  }

  async #loop(): Promise<void> {
    this.#isLooping = true;
    let recoveredAt = Number.NEGATIVE_INFINITY;
    // Nothing is awaited between this check and the end, so a new lead finds either this loop or none.
    while (this.#leads) {
      this.#isAwake = false;
      let sleepMs = LOOK_MS;
      try {
        const now = this.#options.now();
        if (Math.abs(now - recoveredAt) >= LOOK_MS) {
          recoveredAt = now;
          await this.#options.queue.recover();
        }
        this.#filling = this.#fill();
        await this.#filling;
        sleepMs = await this.#untilDue();
      } catch (error) {
        // The next look retries what fails now.
        this.#options.failed(error);
      }
      await this.#sleep(sleepMs);
    }
    this.#isLooping = false;
  }

  /**
   * Begins as many attempts as may run concurrently. Each goes on with the next task; when there is none it ends and wakes the
   * loop.
   */
  async #fill(): Promise<void> {
    while (this.#leads && this.#underWay.size < this.#options.atOnce) {
      const begun = await this.#options.queue.beginNext(this.#options.lane, () => this.#leads);
      if (!begun) return;
      const ended = begun.ended.then(() => {
        this.#underWay.delete(ended);
        this.wake();
      });
      this.#underWay.add(ended);
    }
  }

  async #untilDue(): Promise<number> {
    if (this.#underWay.size >= this.#options.atOnce) return LOOK_MS;
    const { at, isOpen } = await this.#options.queue.due(this.#options.lane);
    const look = isOpen ? LOOK_MS : Number.POSITIVE_INFINITY;
    return at === null ? look : Math.min(LOOK_MS, Math.max(SHORTEST_SLEEP_MS, at - this.#options.now()));
  }

  async #sleep(ms: number): Promise<void> {
    if (this.#isAwake || !this.#leads) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#rouse = resolve;
    const stop = ms === Number.POSITIVE_INFINITY ? () => {} : this.#options.after(ms, resolve);
    await promise;
    stop();
    this.#rouse = () => {};
  }
}
