import { monotonic } from "#lib/time/clock";
import { env } from "#lib/base/env";
import { Refusal } from "#lib/base/errors";

export type Bounds = {
  /** Maximum pieces of work that run simultaneously, of all lanes and of one. */
  places: number;
  placesPerLane: number;
  /** Maximum callers that wait, of all lanes and of one. */
  waiting: number;
  waitingPerLane: number;
  /** After so many milliseconds a turn is useless. Default: most of the time of a request (`WAIT_SHARE`). */
  longestWaitMs?: number;
};

/**
 * Runs `work` when `lane` has its turn. Refuses `too_many_requests` when too many callers wait already, and `unavailable` when
 * the turn did not come in time: this instance is slow, and the same request may be sent again.
 */
export type Turns = <T>(lane: string, work: () => Promise<T>) => Promise<T>;

type Waiter = { since: number; start: () => void; refuse: (why: Refusal) => void };
type Lane = { running: number; queue: Waiter[] };

const RETRY_SECONDS = 2;

/** A request that has waited for this share of its time is not begun: it could not end in time. */
const WAIT_SHARE = 0.8;

/**
 * Limits how much work runs simultaneously in this process. Callers wait in lanes, and the lanes take turns: a thousand callers
 * in one lane delay a single caller in another lane by one turn. When the queue is full, a caller with an empty lane takes the
 * last place of the longest lane.
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
        if (monotonic() - waiter.since > (bounds.longestWaitMs ?? env().REQUEST_TIMEOUT_SECONDS * 1_000 * WAIT_SHARE)) {
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
    `The request waited too long for its turn, and nothing was done. Send it again in ${RETRY_SECONDS} seconds.`,
    { retryAfterSeconds: RETRY_SECONDS },
  );
}

function tooBusy(): Refusal {
  return new Refusal(
    "too_many_requests",
    `Too many requests for this came at once. Wait ${RETRY_SECONDS} seconds and try again.`,
    {
      retryAfterSeconds: RETRY_SECONDS,
    },
  );
}
