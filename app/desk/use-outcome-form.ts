import { useEffect, useState } from "react";
import type { Hero, Outcome, When } from "#client/desk";
import type { StillOpen } from "./covered.tsx";
import { type OutcomeChoice, outcomeOf } from "./outcomes.ts";
import { type Draft, keepTime, type useDraft, useDraftOfOtherWindow } from "./use-draft.ts";

type Ready = { missing: string } | Pick<Outcome, "outcomeType" | "notes" | "callback" | "stillOpen">;
type Props = { agentId: number; hero: Hero; callSessionId: string; draft: ReturnType<typeof useDraft> };

/**
 * The fields of the form of a call. Each change of one is stored as the draft of the call. `ready` returns the input of the
 * outcome, or the selector of the first field that is still missing.
 */
export function useOutcomeForm({ agentId, hero, callSessionId, draft: { found, store, drop } }: Props) {
  const [chosen, choose] = useState(() => outcomeOf(found.outcomeType));
  const [notes, setNotes] = useState(found.notes);
  const [text, setText] = useState(found.text);
  const [phone, setPhone] = useState(found.phone);
  const [when, setWhen] = useState<When | null>(null);
  const [stillOpen, setStillOpen] = useState<StillOpen>(new Map());
  const needsTime = chosen?.type === "call_back" || (chosen?.promise === true && text.trim() !== "");
  const open = chosen?.promise ? [...stillOpen] : [];
  const understood = when?.scheduledFor;
  useEffect(() => {
    if (understood) keepTime(agentId, callSessionId, understood);
  }, [agentId, callSessionId, understood]);
  useDraftOfOtherWindow(agentId, callSessionId, (draft) => {
    setNotes(draft.notes);
    setText(draft.text);
    setPhone(draft.phone);
    choose(outcomeOf(draft.outcomeType));
  });
  /** Stores the contents of the form with these changes. */
  const storeWith = (changed: Partial<Pick<Draft, "notes" | "text" | "scheduledFor" | "outcomeType" | "phone">>) =>
    store({
      notes,
      text,
      phone,
      scheduledFor: understood ?? null,
      outcomeType: chosen?.type ?? null,
      userName: hero.user?.name ?? "a person",
      user: hero.user && { id: hero.user.id, timeZone: hero.user.timeZone, isZoneKnown: hero.user.isZoneKnown },
      ...changed,
    });
  return {
    chosen,
    notes,
    text,
    phone,
    needsTime,
    pick: (outcome: OutcomeChoice) => {
      choose(outcome);
      storeWith({ outcomeType: outcome.type });
    },
    typeNotes: (changed: string) => {
      setNotes(changed);
      storeWith({ notes: changed });
    },
    typeTime: (changed: string) => {
      setText(changed);
      storeWith({ text: changed, scheduledFor: null });
    },
    typePhone: (changed: string) => {
      setPhone(changed);
      storeWith({ phone: changed });
    },
    setWhen,
    setStillOpen,
    /** Empties the form and discards its draft. */
    clear: () => {
      setNotes("");
      setText("");
      setPhone("");
      choose(null);
      drop();
    },
    ready: (): Ready => {
      if (!chosen) return { missing: ".outcomes button" };
      if (needsTime && !when) return { missing: '[name="when"]' };
      if (open.some(([, agreed]) => agreed === null)) return { missing: ".covered input:not([type=checkbox])" };
      return {
        outcomeType: chosen.type,
        ...(notes.trim() && { notes: notes.trim() }),
        ...(needsTime &&
          when && { callback: { scheduledFor: when.scheduledFor, ...(phone.trim() && { phone: phone.trim() }) } }),
        ...(open.length > 0 && {
          stillOpen: open.map(([callbackId, agreed]) => ({ callbackId, scheduledFor: agreed?.scheduledFor ?? "" })),
        }),
      };
    },
  };
}
