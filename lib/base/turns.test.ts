import { expect, onTestFinished, test, vi } from "vitest";
import { takeTurns } from "#lib/base/turns";

/** Work that says when it began, and ends when it is let. */
function workshop(bounds: Parameters<typeof takeTurns>[0]) {
  const inTurn = takeTurns({ longestWaitMs: 4_000, ...bounds });
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const ask = (lane: string) => {
    const asked = inTurn(lane, () => {
      begun.push(lane);
      return new Promise<string>((done) => ends.push(() => done(lane)));
    });
    // The test looks at refusals later.
    asked.catch(() => {});
    return asked;
  };
  const endOne = async () => {
    ends.shift()?.();
    await new Promise(setImmediate);
  };
  return { ask, endOne, begun };
}

const tooMany = { code: "too_many_requests", details: { retryAfterSeconds: 2 } };

test("no more is done at once than there are places, and everybody who may wait is served", async () => {
  const { ask, endOne, begun } = workshop({ places: 2, placesPerLane: 2, waiting: 10, waitingPerLane: 10 });
  const asked = ["a", "a", "a", "a", "a"].map(ask);
  await new Promise(setImmediate);
  for (let done = 2; done < 5; done += 1) {
    expect(begun).toHaveLength(done);
    await endOne();
  }
  await endOne();
  await endOne();
  expect(await Promise.all(asked)).toEqual(Array(5).fill("a"));
});

test("the only one in a lane waits one turn, however many wait in another", async () => {
  const { ask, endOne, begun } = workshop({ places: 1, placesPerLane: 1, waiting: 100, waitingPerLane: 50 });
  for (let n = 0; n < 40; n += 1) void ask("flood");
  void ask("person");
  await new Promise(setImmediate);
  await endOne();
  await endOne();
  expect(begun).toHaveLength(3);
  expect(begun).toContain("person");
});

test("a lane has its own places, and the others are for other lanes", async () => {
  const { ask, begun } = workshop({ places: 10, placesPerLane: 2, waiting: 100, waitingPerLane: 50 });
  for (let n = 0; n < 20; n += 1) void ask("flood");
  void ask("person");
  await new Promise(setImmediate);
  expect(begun).toEqual(["flood", "flood", "person"]);
});

test("a caller whose lane is full learns when to come back, and other lanes still wait", async () => {
  const { ask, endOne } = workshop({ places: 1, placesPerLane: 1, waiting: 100, waitingPerLane: 2 });
  const [, , , late] = ["a", "a", "a", "a"].map(ask);
  await expect(late).rejects.toMatchObject(tooMany);
  const other = ask("b");
  for (let n = 0; n < 4; n += 1) await endOne();
  expect(await other).toBe("b");
});

test("when nobody more may wait, somebody with an empty lane takes the last place of the longest one", async () => {
  const { ask, endOne } = workshop({ places: 1, placesPerLane: 1, waiting: 3, waitingPerLane: 3 });
  const [, , , last] = ["flood", "flood", "flood", "flood"].map(ask);
  const person = ask("person");
  await expect(last).rejects.toMatchObject(tooMany);
  for (let n = 0; n < 4; n += 1) await endOne();
  expect(await person).toBe("person");
});

test("work that fails gives its place back", async () => {
  const inTurn = takeTurns({ places: 1, placesPerLane: 1, waiting: 1, waitingPerLane: 1 });
  await expect(inTurn("a", () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  expect(await inTurn("a", async () => "done")).toBe("done");
});

test("a turn that comes too late is not taken: the request is refused as unavailable, and the next one is served", async () => {
  const { ask, endOne, begun } = workshop({ places: 1, placesPerLane: 1, waiting: 10, waitingPerLane: 10 });
  const clock = vi.spyOn(performance, "now").mockReturnValue(0);
  onTestFinished(() => clock.mockRestore());
  const first = ask("a");
  const late = ask("b");
  await new Promise(setImmediate);
  clock.mockReturnValue(4_001);
  const fresh = ask("c");
  await endOne();
  await expect(late).rejects.toMatchObject({ code: "unavailable", details: { retryAfterSeconds: 2 } });
  expect(begun).toEqual(["a", "c"]);
  await endOne();
  expect(await Promise.all([first, fresh])).toEqual(["a", "c"]);
});
