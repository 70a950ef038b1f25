/** The unsent actions of this browser, as the screens see them. The queue itself is a chunk that loads after the page. */
import { useEffect, useState } from "react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { SAID_AFTER_MS, type Unsent } from "./shown.ts";

export { decidedOf, isHeld, isOutcomeKept, project, type Unsent } from "./shown.ts";

const outbox = () => import("./outbox.ts");

/** Actions that wait to be sent or were stopped. Empty where the browser has no storage or cannot read it; stored actions stay stored. */
export async function listUnsent(): Promise<Unsent[]> {
  try {
    return await (await outbox()).listUnsent();
  } catch {
    return [];
  }
}

/** Reports are sent one after the other: of two in flight the older one might arrive last. */
let reporting: Promise<void> = Promise.resolve();

/** Reports to the supervisors how much this browser holds. The next report makes up for one that fails. */
export function reportHeld(agentId: number): Promise<void> {
  const report = async () => (await outbox()).reportUnsent(agentId);
  // The last report counts until the next one.
  reporting = reporting.then(report).catch(() => undefined);
  return reporting;
}

/** Retries an action that was stopped. */
export const sendAgain = async (id: string): Promise<void> => (await outbox()).sendAgain(id);

/** All unsent actions with their texts, as the content of a file. */
export const exportUnsent = async (): Promise<string> => (await outbox()).exportUnsent();

/** Discards an action that is not in flight. */
export const discard = async (id: string): Promise<void> => (await outbox()).discard(id);

/** Discards all of these except those that are in flight or finished. Throws when the browser cannot delete one. */
export const discardAll = async (ids: readonly string[]): Promise<void> => (await outbox()).discardAll(ids);

/**
 * The agent's actions that the server has not confirmed, from every window of this browser. An action that was just sent
 * stays in the list until the page has read its effect from the server. `answeredAt`: the time of the server's last answer.
 */
export function useUnsent(answeredAt: number): readonly Unsent[] {
  const queries = useQueryClient();
  const [unsent, setUnsent] = useState<readonly Unsent[]>([]);
  useEffect(() => {
    const look = watch((found, sent) => {
      setUnsent((before) => (before.length + found.length === 0 ? before : found));
      return sent ? queries.invalidateQueries({ queryKey: ["desk"] }) : null;
    });
    return look.stop;
  }, [queries]);
  const waits = unsent.some(({ state, isShown }) => isShown && (state === "waits" || state === "sending"));
  useEffect(() => {
    // The server has answered, so actions in backoff need not wait.
    if (waits && answeredAt > 0) void outbox().then(({ sendNow }) => sendNow().catch(() => undefined));
  }, [waits, answeredAt]);
  return unsent;
}

/** Why this browser stores no actions of the agent, as a sentence, or null. Read again after each action. */
export function useWhyNotKept(): string | null {
  const { data = null } = useQuery({
    queryKey: ["desk", "why not kept"],
    retry: false,
    queryFn: async () => (await outbox()).whyNotKept(),
  });
  return data;
}

/** How many unsent actions other people left on this computer; 0 until they have been counted. */
export function useCountOfOthers(): number {
  const [count, setCount] = useState(0);
  useEffect(() => {
    const counting = outbox().then(({ countOfOthers }) => countOfOthers());
    // A browser that cannot count reports nothing.
    void counting.then(setCount, () => undefined);
  }, []);
  return count;
}

/** `show` gets the unsent actions after each change. `hasSent` is called when one was sent, and resolves when the page has read its effect. */
type Show = (unsent: Unsent[], hasSent: boolean) => Promise<unknown> | null;

/** Handles every change, one after the other. */
function watch(show: Show): { stop: () => void } {
  let isOver = false;
  let isLooking = false;
  let isAgain = false;
  let stop = () => {};
  let timer: ReturnType<typeof setTimeout> | undefined;
  let before: Unsent[] = [];
  const leaving = new Map<string, Unsent>();
  const look = async () => {
    isAgain = true;
    if (isLooking) return;
    isLooking = true;
    while (isAgain && !isOver) {
      isAgain = false;
      const found = await listUnsent();
      const gone = before.filter((one) => !found.some(({ id }) => id === one.id));
      const sent: string[] = [];
      for (const one of gone) {
        if (!(await wasSent(one.id))) continue;
        sent.push(one.id);
        leaving.set(one.id, { ...one, state: "sent", isShown: false });
      }
      before = found;
      if (isOver) return;
      const read = show([...leaving.values(), ...found], sent.length > 0);
      void read?.finally(() => {
        for (const id of sent) leaving.delete(id);
        void look();
      });
      clearTimeout(timer);
      // The next report follows in a moment.
      if (found.some(({ isShown }) => !isShown)) timer = setTimeout(() => void look(), SAID_AFTER_MS);
    }
    isLooking = false;
  };
  void outbox().then(({ onUnsent }) => {
    if (!isOver) stop = onUnsent(() => void look());
  });
  void look();
  return {
    stop: () => {
      isOver = true;
      clearTimeout(timer);
      stop();
    },
  };
}

async function wasSent(id: string): Promise<boolean> {
  try {
    return await (await outbox()).wasSent(id);
  } catch {
    return false;
  }
}
