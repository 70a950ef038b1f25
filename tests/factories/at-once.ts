/** Many who come at the same moment. */
import { pause } from "#lib/time/clock";
import { Refusal } from "#lib/base/errors";

/**
 * Starts all at once and says what the winners got and with which codes the others were refused, each in the order
 * given. Throws when one failed in any other way: a race that a fault has decided shows nothing.
 */
export async function atOnce<T>(works: (() => Promise<T>)[]): Promise<{ won: T[]; refused: string[] }> {
  const settled = await Promise.allSettled(works.map((work) => work()));
  const reasons = settled.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
  const faults = reasons.filter((reason) => !(reason instanceof Refusal));
  if (faults.length > 0) throw new AggregateError(faults, `${faults.length} of ${works.length} failed: ${faults[0]}`);
  return {
    won: settled.flatMap((result) => (result.status === "fulfilled" ? [result.value] : [])),
    refused: reasons.map((reason) => (reason as Refusal).code),
  };
}

/** Sends the same again a second later as long as the answer is 503, as its Retry-After asks every client to. */
export async function untilAnswered<T extends { status: number }>(send: () => Promise<T>): Promise<T> {
  for (;;) {
    const answer = await send();
    if (answer.status !== 503) return answer;
    await pause(1_000);
  }
}
