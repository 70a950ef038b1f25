import { monotonic } from "#lib/time/clock";
import { Refusal } from "#lib/base/errors";

export type Bounds = {
  /** How much is done at once, of everybody and of one lane. */
  places: number;
  placesPerLane: number;
  /** How many may wait, of everybody and of one lane. */
  waiting: number;
  waitingPerLane: number;
};

/**
 * Does `work` when it is the turn of `lane`. Refuses `too_many_requests` when too many wait already, and `unavailable`
 * a caller who was let wait and got no turn in time: that is our slowness, and the same request may simply be sent again.
 */
export type Turns = <T>(lane: string, work: () => Promise<T>) => Promise<T>;

type Waiter = { since: number; start: () => void; refuse: (why: Refusal) => void };
type Lane = { running: number; queue: Waiter[] };

/** A turn that comes later than this comes too late for its caller: a request has no answer later than that. */
const LONGEST_WAIT_MS = 4_000;
const RETRY_SECONDS = 2;

/**
 * Work of which only so much is done at once in this process. Who has to wait stands in a lane, and the lanes take
 * turns: a thousand who wait in one lane delay the only one in another by one turn. When nobody more may wait, somebody
 * with an empty lane takes the last place of the longest one.
 */
export function takeTurns(bounds: Bounds): Turns {
  // The order of the lanes is the order of their turns.
  const lanes = new Map<string, Lane>();
  let running = 0;
  let waiting = 0;

  function wait(name: string): Promise<void> {
    const lane = lanes.get(name) ?? { running: 0, queue: [] };
    lanes.set(name, lane);
    return new Promise((start, refuse) => {
      const canStart = running < bounds.places && lane.running < bounds.placesPerLane;
      if (canStart) begin(lane, start);
      else if (lane.queue.length < bounds.waitingPerLane && makeRoom(lane)) {
        lane.queue.push({ since: monotonic(), start, refuse });
        waiting += 1;
      } else refuse(tooBusy());
    });
  }

  function begin(lane: Lane, start: () => void): void {
    lane.running += 1;
    running += 1;
    start();
  }

  function makeRoom(lane: Lane): boolean {
    if (waiting < bounds.waiting) return true;
    const longest = [...lanes.values()].reduce((one, other) => (other.queue.length > one.queue.length ? other : one));
    if (lane.queue.length > 0 || longest.queue.length < 2) return false;
    longest.queue.pop()?.refuse(tooBusy());
    waiting -= 1;
    return true;
  }

  function end(name: string): void {
    const lane = lanes.get(name)!;
    lane.running -= 1;
    running -= 1;
    if (lane.running === 0 && lane.queue.length === 0) lanes.delete(name);
    if (waiting > 0) startNext();
  }

  function startNext(): void {
    for (const [name, lane] of lanes) {
      while (running < bounds.places && lane.running < bounds.placesPerLane) {
        const waiter = lane.queue.shift();
        if (!waiter) break;
        waiting -= 1;
        if (monotonic() - waiter.since > LONGEST_WAIT_MS) {
          waiter.refuse(tooLate());
          continue;
        }
        lanes.delete(name);
        lanes.set(name, lane);
        begin(lane, waiter.start);
        return;
      }
      if (lane.running === 0 && lane.queue.length === 0) lanes.delete(name);
    }
  }

  return async (lane, work) => {
    await wait(lane);
    try {
      return await work();
    } finally {
      end(lane);
    }
  };
}

function tooLate(): Refusal {
  return new Refusal(
    "unavailable",
    `Its turn did not come in time, and nothing was done with it. Send it again in ${RETRY_SECONDS} seconds.`,
    { retryAfterSeconds: RETRY_SECONDS },
  );
}

function tooBusy(): Refusal {
  return new Refusal(
    "too_many_requests",
    `Too many ask for this at once. Wait ${RETRY_SECONDS} seconds and try again.`,
    {
      retryAfterSeconds: RETRY_SECONDS,
    },
  );
}
