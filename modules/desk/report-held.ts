/** What supervisors read about the work that a browser holds. Runs in the browser, beside the queue. */
import type { z } from "zod";
import { ask, freshKey } from "#lib/browser/api";
import type { reportUnsentInput } from "#schema/agents";
import type { Unsent } from "./shown.ts";

type Report = z.input<typeof reportUnsentInput>;

/** The name that this browser has given itself, for all of its windows. */
const KEPT_AS = "ringback browser";

const SIGNS: [RegExp, Report["device"]][] = [
  [/iPhone/, "iPhone"],
  [/iPad/, "iPad"],
  [/Android/, "Android device"],
  [/CrOS/, "Chromebook"],
  [/Windows/, "Windows computer"],
  [/Macintosh/, "Mac"],
  [/Linux/, "Linux computer"],
];

/** What a browser runs on, as far as it says so. */
export function deviceOf(userAgent: string): Report["device"] {
  return SIGNS.find(([sign]) => sign.test(userAgent))?.[1] ?? "computer";
}

/** How much is held, and since when; what takes less than two seconds is on its way, not held. */
export function heldOf(unsent: readonly Unsent[]): Pick<Report, "unsent" | "oldestAt"> {
  const times = unsent.flatMap(({ isShown, state, doneAt }) => (isShown && state !== "sent" ? [doneAt] : []));
  return { unsent: times.length, oldestAt: times.length === 0 ? null : new Date(Math.min(...times)).toISOString() };
}

/** How much was reported last for whom, by this page. */
const reported = new Map<number, number>();

/** Reports what is held, unless it is nothing and this page has said so already. Rejects with the Problem of the answer. */
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
