/** Reports to supervisors how many actions a browser holds. Runs in the browser, beside the queue. */
import type { z } from "zod";
import { deviceOf } from "#lib/base/device";
import { ask, freshKey } from "#lib/browser/api";
import type { reportUnsentInput } from "#schema/agents";
import { isHeld, type Unsent } from "./shown.ts";

type Report = z.input<typeof reportUnsentInput>;

/** The storage key of the name of this browser, the same for all of its windows. */
const KEPT_AS = "ringback browser";

/** How many actions are held, and since when; an action is on its way, not held, during its first two seconds. */
export function heldOf(unsent: readonly Unsent[]): Pick<Report, "unsent" | "oldestAt"> {
  const times = unsent.filter(isHeld).map(({ doneAt }) => doneAt);
  return { unsent: times.length, oldestAt: times.length === 0 ? null : new Date(Math.min(...times)).toISOString() };
}

/** The last reported number of each agent, by this page. */
const reported = new Map<number, number>();

/** Reports the number of held actions, except a zero that this page has reported before. Rejects with the Problem of the answer. */
export async function reportHeld(agentId: number, unsent: readonly Unsent[]): Promise<void> {
  const held = heldOf(unsent);
  if (held.unsent === 0 && reported.get(agentId) === 0) return;
  await ask(`PUT /agents/${agentId}/unsent`, {
    browserId: browserId(),
    device: deviceOf(navigator.userAgent),
    ...held,
  });
  reported.set(agentId, held.unsent);
}

function browserId(): string {
  const known = localStorage.getItem(KEPT_AS);
  if (known !== null) return known;
  const made = freshKey();
  localStorage.setItem(KEPT_AS, made);
  return made;
}
