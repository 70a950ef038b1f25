/** Accepted callbacks, by answers alone: each can be called from the queue of the agent who accepted it. */
import type { Order } from "../record.ts";
import { about, type Check, type Finding, granted, type Row } from "./finding.ts";

/** The requests of one look are sent one after the other: the accepted callbacks, the queue, and the accepted callbacks again. */
export const checkAccepted: Check = async ({ orders }) => {
  const looked = granted(orders, "GET", /^\/callbacks\?status=accepted|^\/queue\?limit=/);
  return [...Map.groupBy(looked, ({ action }) => action).values()].flatMap((look) => [...ofLook(orders, look)]);
};

/** What was accepted before the queue was read, and after it still in the same way, was accepted meanwhile. */
function* ofLook(orders: readonly Order[], look: readonly Order[]): Generator<Finding> {
  const [before, queue, after] = look.map(({ definite }) => definite!.body);
  if (!before || !queue || !after) return;
  const stayed = new Set((after.callbacks as Row[]).map(acceptance));
  const held = new Set(
    (queue.entries as Row[]).map(({ callbackId, assignedToAgentId }) => `${callbackId} by ${assignedToAgentId}`),
  );
  for (const callback of before.callbacks as Row[]) {
    const { id, acceptedByAgentId: agent } = callback;
    if (stayed.has(acceptance(callback)) && !held.has(`${id} by ${agent}`))
      yield {
        sentence: `Callback ${id} is accepted by agent ${agent}, and is in no queue to be called from.`,
        orders: [...look, ...about(orders, id)],
      };
  }
}

const acceptance = ({ id, acceptedByAgentId, acceptedAt }: Row) => `${id} ${acceptedByAgentId} ${acceptedAt}`;
