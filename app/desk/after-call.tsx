"use client";
import { useEffect, useState } from "react";
import { Problem } from "#lib/browser/api";
import { type Hero, useRecordOutcome, type When } from "#client/desk";
import { Button, Failure, Form } from "../_ui/form.tsx";
import { say } from "../_ui/notices.tsx";
import { clockAt } from "../_ui/time.ts";
import { CallBackAt } from "./call-back-at.tsx";
import { CallBackOn } from "./call-back-on.tsx";
import { Covered, type StillOpen } from "./covered.tsx";
import { type OutcomeChoice, OUTCOMES, outcomeOf } from "./outcomes.ts";
import { type Draft, keepTime, useDraft } from "./use-draft.ts";

type Props = { agentId: number; hero: Hero; callSessionId: string };

/** The outcome of the call under way, notes, and the next promise. */
export function AfterCall({ agentId, hero, callSessionId }: Props) {
  const draft = useDraft(agentId, callSessionId);
  const { found } = draft;
  const record = useRecordOutcome(agentId, {
    done: ({ message, conflicts }) => {
      draft.drop();
      say(message);
      if (conflicts.length > 0) say(`The next call is promised, but: ${conflicts.join(" ")}`, "late");
    },
    // The call has its outcome, so this form goes away; what was written into it must not go with it unseen.
    failed: (error, { notes }) => {
      if (error instanceof Problem && error.code === "outcome_differs")
        say(notes === undefined ? error.message : `${error.message} Yours: “${notes}”`, "late");
    },
  });
  const [chosen, choose] = useState(() => outcomeOf(found.outcomeType));
  const [notes, setNotes] = useState(found.notes);
  const [text, setText] = useState(found.text);
  const [phone, setPhone] = useState(found.phone);
  const [when, setWhen] = useState<When | null>(null);
  const [stillOpen, setStillOpen] = useState<StillOpen>(new Map());
  const needsTime = chosen?.type === "call_back" || (chosen?.promise === true && text.trim() !== "");
  const open = chosen?.promise ? [...stillOpen] : [];
  const isComplete = chosen !== null && !(needsTime && !when) && open.every(([, agreed]) => agreed !== null);
  /** Keeps what is in the form, with what has just been changed in it. */
  const store = (changed: Partial<Pick<Draft, "notes" | "text" | "scheduledFor" | "outcomeType" | "phone">>) =>
    draft.store({
      notes,
      text,
      scheduledFor: when?.scheduledFor ?? null,
      outcomeType: chosen?.type ?? null,
      phone,
      userName: hero.user?.name ?? "a person",
      ...changed,
    });
  const pick = (outcome: OutcomeChoice) => {
    choose(outcome);
    store({ outcomeType: outcome.type });
  };
  const typeNotes = (changed: string) => {
    setNotes(changed);
    store({ notes: changed });
  };
  const typeTime = (changed: string) => {
    setText(changed);
    store({ text: changed, scheduledFor: null });
  };
  const typePhone = (changed: string) => {
    setPhone(changed);
    store({ phone: changed });
  };
  const understood = when?.scheduledFor;
  useEffect(() => {
    if (understood) keepTime(agentId, callSessionId, understood);
  }, [agentId, callSessionId, understood]);
  const throwAway = () => {
    setNotes("");
    setText("");
    setPhone("");
    choose(null);
    draft.drop();
  };
  const send = () => {
    if (!chosen || !isComplete) return;
    record.mutate({
      callSessionId,
      outcomeType: chosen.type,
      ...(notes.trim() && { notes: notes.trim() }),
      ...(needsTime &&
        when && { callback: { scheduledFor: when.scheduledFor, ...(phone.trim() && { phone: phone.trim() }) } }),
      ...(open.length > 0 && {
        stillOpen: open.map(([callbackId, agreed]) => ({ callbackId, scheduledFor: agreed?.scheduledFor ?? "" })),
      }),
    });
  };
  return (
    <Form className="panel hero" aria-label="After the call" onSend={send}>
      <h2>After the call</h2>
      <fieldset className="outcomes">
        <legend className="sr-only">Outcome</legend>
        {OUTCOMES.map((outcome, at) => (
          <button
            key={outcome.type}
            type="button"
            aria-pressed={chosen === outcome}
            aria-keyshortcuts={String((at + 1) % 10)}
            data-shortcut={String((at + 1) % 10)}
            onClick={() => pick(outcome)}
          >
            {outcome.name}
          </button>
        ))}
      </fieldset>
      {found.at !== "" && (
        <p className="flex flex-wrap items-center gap-2 text-muted text-small">
          Draft kept from {clockAt(found.at)}.
          <Button type="button" onClick={throwAway}>
            Throw the draft away
          </Button>
        </p>
      )}
      <div className="grid gap-4 sm:grid-cols-2">
        <label className="grid content-start gap-1 font-semibold text-small">
          Notes
          <textarea
            className="control"
            name="notes"
            rows={3}
            maxLength={5_000}
            value={notes}
            onChange={({ target }) => typeNotes(target.value)}
          />
        </label>
        {chosen?.promise && hero.user && (
          <div className="grid content-start gap-4">
            <CallBackAt
              userId={hero.user.id}
              text={text}
              onText={typeTime}
              onWhen={setWhen}
              isNeeded={chosen.type === "call_back"}
            />
            {needsTime && <CallBackOn user={hero.user} phone={phone} onPhone={typePhone} />}
          </div>
        )}
      </div>
      {chosen?.promise && hero.user && <Covered userId={hero.user.id} covers={hero.covers} onChange={setStillOpen} />}
      <Failure error={record.error} />
      <div>
        <Button kind="main" isBusy={record.isPending || !isComplete}>
          {chosen ? `Save: ${chosen.name.replace("…", "")}` : "Choose what came of it"}
        </Button>
      </div>
    </Form>
  );
}
