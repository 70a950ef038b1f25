/** What waits in this browser, as the screens see it. The queue itself is loaded apart from the page, after it. */
import { useEffect, useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { SAID_AFTER_MS, type Unsent } from "./shown.ts";

export { decidedOf, isOutcomeKept, project, type Unsent } from "./shown.ts";

const outbox = () => import("./outbox.ts");

/** What waits to be sent, or was stopped. None where the browser keeps nothing, or cannot be asked: what it keeps stays there. */
export async function listUnsent(): Promise<Unsent[]> {
  try {
    return await (await outbox()).listUnsent();
  } catch {
    return [];
  }
}

/** One report after the other: of two on their way at once the older might arrive last. */
let reporting: Promise<void> = Promise.resolve();

/** Reports to the supervisors what this browser holds. One that cannot be sent, or not be read, is made up for by the next. */
export function reportHeld(agentId: number): Promise<void> {
  const report = async () => (await outbox()).reportUnsent(agentId);
  // The last report counts until the next one.
  reporting = reporting.then(report).catch(() => undefined);
  return reporting;
}

/** Lets something that was stopped go out once more. */
export const sendAgain = async (id: string): Promise<void> => (await outbox()).sendAgain(id);

/** Everything that is not sent, with the words in it, as the text of a file. */
export const exportUnsent = async (): Promise<string> => (await outbox()).exportUnsent();

/** Throws something away that is not under way. */
export const discard = async (id: string): Promise<void> => (await outbox()).discard(id);

/** Throws all of these away, except for what is under way or over by now. Fails when the browser does not let go of one. */
export const discardAll = async (ids: readonly string[]): Promise<void> => (await outbox()).discardAll(ids);

/**
 * What the agent did that the server has not agreed to, of every window of this browser. What was just sent stays in it
 * until the page has read what the server makes of it. `answeredAt`: when the server last answered anything.
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
  const waits = unsent.some(({ state, isShown }) => state === "waits" && isShown);
  useEffect(() => {
    // The server has answered, so what backs off need not wait.
    if (waits && answeredAt > 0) void outbox().then(({ sendNow }) => sendNow().catch(() => undefined));
  }, [waits, answeredAt]);
  return unsent;
}

/** How many things other people left on this computer that are not sent; 0 until it has been counted. */
export function useCountOfOthers(): number {
  const [count, setCount] = useState(0);
  useEffect(() => {
    const counting = outbox().then(({ countOfOthers }) => countOfOthers());
    // A browser that cannot say has nothing to say.
    void counting.then(setCount, () => undefined);
  }, []);
  return count;
}

/** `show` gets what is unsent after each change; `hasSent`: something went out, and the answer is when that was read again. */
type Show = (unsent: Unsent[], hasSent: boolean) => Promise<unknown> | null;

/** Looks at every change, one look after the other. */
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
      // What is not said yet is said in a moment.
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
