import { Problem } from "#lib/browser/api";
import { serverNow } from "#lib/browser/clock";
import { type Hero, useRecordOutcome, useUndoOutcome } from "#client/desk";
import { KEPT } from "../_ui/kept-here.ts";
import { notifyError, say } from "../_ui/notices.tsx";
import { isEndOfContact } from "./ends-contact-dialog.tsx";
import { focusNextThing } from "./focus.ts";
import { learn } from "./learn.ts";
import type { useDraft } from "./use-draft.ts";

/** The subject of an offer to undo an outcome. */
export const LAST_CALL = "the last call";

type Props = {
  agentId: number;
  hero: Hero;
  callSessionId: string;
  /** The person of the call, as sentences name them. */
  name: string;
  draft: ReturnType<typeof useDraft>;
};

/** Records the outcome of a call: drops its draft, learns from its notes, and shows its effects, with an offer to undo. */
export function useRecording({ agentId, hero, callSessionId, name, draft }: Props) {
  const unit = () => ({ callSessionId, userName: name, user: hero.user, at: new Date(serverNow()).toISOString() });
  const undo = useUndoOutcome({
    done: ({ message }) => say(message),
    failed: (error) => {
      // After a lost answer the outcome may still be undone, and then only this form has the words.
      if (error instanceof Problem && ["wrong_state", "not_found"].includes(error.code)) draft.drop();
      notifyError(error);
    },
  });
  return useRecordOutcome({
    kept: ({ notes, callback }) => {
      draft.drop();
      learn(agentId, { ...unit(), notes, callback });
      say(KEPT, "late");
    },
    done: ({ message, conflicts, outcomeType }, { notes, callback }) => {
      const putBack = draft.drop();
      learn(agentId, { ...unit(), notes, callback });
      focusNextThing();
      const takeBack = () => {
        // The form opens with its former contents.
        putBack();
        undo.mutate({ callSessionId, outcomeType });
      };
      // The notice of the outcome comes last, because the key U undoes the latest one.
      if (conflicts.length > 0) say(`Promised, but: ${conflicts.join(" ")}`, "late");
      say(`${name}: ${message}`, "kept", isEndOfContact(outcomeType) ? null : { about: LAST_CALL, takeBack });
    },
    // The call has its outcome, so this form closes; unsaved words in it must not disappear unnoticed.
    failed: (error, { notes }) => {
      if (error instanceof Problem && error.code === "outcome_differs")
        say(notes === undefined ? error.message : `${error.message} Yours: “${notes}”`, "late");
    },
  });
}
