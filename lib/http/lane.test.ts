import { expect, test } from "vitest";
import { inTurnForBulk } from "#lib/http/lane";
import { pause } from "#lib/time/clock";

test("bulk work is done one piece at a time, each caller gets the answer or the fault of the own one, and the next is done after a fault", async () => {
  let underWay = 0;
  let most = 0;
  const work = async (n: number) => {
    underWay += 1;
    most = Math.max(most, underWay);
    await pause(5);
    underWay -= 1;
    if (n === 2) throw new Error("fault of 2");
    return n;
  };
  const answers = await Promise.allSettled([1, 2, 3, 4].map((n) => inTurnForBulk(new Headers(), () => work(n))));
  expect(answers).toMatchObject([{ value: 1 }, { reason: { message: "fault of 2" } }, { value: 3 }, { value: 4 }]);
  expect(most).toBe(1);
});
