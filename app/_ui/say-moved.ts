"use client";
import { useUndoMove } from "#client/callbacks";
import { aboutCallback, notifyError, say } from "./notices.tsx";
import { counted } from "./words.ts";

/** Which callbacks were moved, and how. */
export type MovedOf = { callbackIds: readonly number[]; moved: "reassigned" | "rescheduled" };
export type OnDone = (message: string, move?: MovedOf) => void;

/** As many as one request takes back. */
const MAX = 100;

/** Says what was done; when callbacks were moved, offers to take the whole move back. */
export function useSayMoved(): OnDone {
  const undo = useUndoMove();
  return (message, move) => {
    const ids = move?.callbackIds ?? [];
    if (!move || ids.length === 0) return say(message);
    const takeBack = async () => {
      const answers = [];
      for (let first = 0; first < ids.length; first += MAX)
        answers.push(await undo.mutateAsync({ ...move, callbackIds: ids.slice(first, first + MAX) }));
      say(takenBack(answers));
    };
    const about = ids.length === 1 ? aboutCallback(ids[0]!) : `callbacks ${ids.join()}`;
    return say(message, "kept", { about, takeBack: () => void takeBack().catch(notifyError) });
  };
}

type TakenBack = { message: string; data: { callbackIds: number[]; changedSince: number[] } };

/** The sentence about the whole move, which may have taken several requests. */
function takenBack(answers: readonly TakenBack[]): string {
  const [only, ...others] = answers;
  if (only && others.length === 0) return only.message;
  const back = answers.flatMap(({ data }) => data.callbackIds).length;
  const changed = answers.flatMap(({ data }) => data.changedSince).length;
  const rest = changed > 0 ? ` Changed since, and left as it is: ${counted(changed, "callback")}.` : "";
  return `Taken back: ${counted(back, "callback")} as before.${rest}`;
}
