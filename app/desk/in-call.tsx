"use client";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { Problem } from "#lib/browser/api";
import { serverNow } from "#lib/browser/clock";
import { type Hero, type PendingCallback, useRecordOutcome, useUndoOutcome, type When } from "#client/desk";
import { dialIfWanted } from "../_ui/dial.ts";
import { Key } from "../_ui/key.tsx";
import { Button, Failure, Form } from "../_ui/form.tsx";
import { aboutCallback, endOffer, notifyError, say } from "../_ui/notices.tsx";
import { clockAt } from "../_ui/time.ts";
import { CallBackAt } from "../_ui/call-back-at.tsx";
import { CallBackOn } from "./call-back-on.tsx";
import { Covered, type StillOpen } from "./covered.tsx";
import { Customer } from "./customer.tsx";
import { EndsContactDialog, isEndOfContact } from "./ends-contact-dialog.tsx";
import { focusNextThing } from "./focus.ts";
import { learn } from "./learn.ts";
import { Lease } from "./lease.tsx";
import { Outcomes } from "./outcomes.tsx";
import { type OutcomeChoice, outcomeOf } from "./outcomes.ts";
import { Then } from "./then.tsx";
import { KEPT } from "../_ui/kept-here.ts";
import { type Draft, keepTime, useDraft } from "./use-draft.ts";

type Props = {
  agentId: number;
  hero: Hero;
  call: NonNullable<Hero["call"]>;
  /** The promise that is due next. */
  upcoming: PendingCallback | undefined;
};

/** The subject of an offer to undo an outcome. */
const LAST_CALL = "the last call";

/** The call under way on one page without scrolling: the person, the notes first, the outcomes, and a bar that saves. */
export function InCall({ agentId, hero, call, upcoming }: Props) {
  const draft = useDraft(agentId, call.id);
  const { found } = draft;
  const name = hero.user?.name ?? "this person";
  const unit = () => ({
    callSessionId: call.id,
    userName: name,
    user: hero.user,
    at: new Date(serverNow()).toISOString(),
  });
  const undo = useUndoOutcome({
    done: ({ message }) => say(message),
    failed: (error) => {
      // After a lost answer the outcome may still be undone, and then only this form has the words.
      if (error instanceof Problem && ["wrong_state", "not_found"].includes(error.code)) draft.drop();
      notifyError(error);
    },
  });
  const record = useRecordOutcome({
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
        undo.mutate({ callSessionId: call.id, outcomeType });
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
  const [chosen, choose] = useState(() => outcomeOf(found.outcomeType));
  const [notes, setNotes] = useState(found.notes);
  const [text, setText] = useState(found.text);
  const [phone, setPhone] = useState(found.phone);
  const [when, setWhen] = useState<When | null>(null);
  const [isAsking, setAsking] = useState(false);
  const [stillOpen, setStillOpen] = useState<StillOpen>(new Map());
  const needsTime = chosen?.type === "call_back" || (chosen?.promise === true && text.trim() !== "");
  const open = chosen?.promise ? [...stillOpen] : [];
  const form = useRef<HTMLFormElement>(null);
  const focusOn = (selector: string) => form.current?.querySelector<HTMLElement>(selector)?.focus();
  const first = useRef(hero);
  useEffect(() => {
    // Once the next call has begun, the outcome of the last one is final, and so is the acceptance that led to this one.
    endOffer(LAST_CALL);
    if (first.current.callback) endOffer(aboutCallback(first.current.callback.id));
    dialIfWanted(first.current.user?.dialLink ?? null);
    form.current?.querySelector("textarea")?.focus();
  }, []);
  /** Stores the contents of the form with these changes. */
  const store = (changed: Partial<Pick<Draft, "notes" | "text" | "scheduledFor" | "outcomeType" | "phone">>) =>
    draft.store({
      notes,
      text,
      phone,
      scheduledFor: when?.scheduledFor ?? null,
      outcomeType: chosen?.type ?? null,
      userName: hero.user?.name ?? "a person",
      user: hero.user && { id: hero.user.id, timeZone: hero.user.timeZone, isZoneKnown: hero.user.isZoneKnown },
      ...changed,
    });
  // An outcome moves the focus to the field it needs: the time, else Save.
  const [picked, setPicked] = useState<OutcomeChoice | null>(null);
  useEffect(() => {
    if (!picked) return;
    const place = picked.type === "call_back" ? '[name="when"]' : '[data-shortcut="save"]';
    form.current?.querySelector<HTMLElement>(place)?.focus();
    setPicked(null);
  }, [picked]);
  const pick = (outcome: OutcomeChoice) => {
    choose(outcome);
    setPicked(outcome);
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
    if (understood) keepTime(agentId, call.id, understood);
  }, [agentId, call.id, understood]);
  const throwAway = () => {
    setNotes("");
    setText("");
    setPhone("");
    choose(null);
    draft.drop();
    focusOn("textarea");
  };
  const send = () => {
    if (!chosen) return focusOn(".outcomes button");
    if (needsTime && !when) return focusOn('[name="when"]');
    if (open.some(([, agreed]) => agreed === null)) return focusOn(".covered input:not([type=checkbox])");
    if (isEndOfContact(chosen.type) && !isAsking) return setAsking(true);
    record.mutate({
      callSessionId: call.id,
      userName: name,
      callbackId: hero.callback?.id ?? null,
      outcomeType: chosen.type,
      ...(notes.trim() && { notes: notes.trim() }),
      ...(needsTime &&
        when && { callback: { scheduledFor: when.scheduledFor, ...(phone.trim() && { phone: phone.trim() }) } }),
      ...(open.length > 0 && {
        stillOpen: open.map(([callbackId, agreed]) => ({ callbackId, scheduledFor: agreed?.scheduledFor ?? "" })),
      }),
    });
  };
  const leaveNotes = (event: KeyboardEvent) => {
    if (event.key === "Escape") focusOn(".outcomes button");
  };
  return (
    <>
      {isAsking && chosen && isEndOfContact(chosen.type) && (
        <EndsContactDialog
          name={name}
          outcomeType={chosen.type}
          isBusy={record.isPending}
          error={record.error}
          onSend={send}
          onClose={() => setAsking(false)}
        />
      )}
      <Form
        ref={form}
        className="panel in-call"
        aria-label={call.endedAt ? "Call ended" : "In call"}
        onSend={send}
        noValidate
      >
        {call.endedAt === null && <Lease call={call} name={name} />}
        <Customer hero={hero} call={call} isConnected={call.isConnected || chosen !== null} />
        <div className="notes">
          <div className="flex flex-wrap items-baseline justify-between gap-2">
            <label htmlFor="notes">Notes</label>
            {found.at !== "" && (
              <p className="font-normal text-muted">
                Draft kept from {clockAt(found.at)}.{" "}
                <button type="button" className="plain-button underline" onClick={throwAway}>
                  Throw the draft away
                </button>
              </p>
            )}
          </div>
          <textarea
            id="notes"
            className="control"
            name="notes"
            maxLength={5_000}
            value={notes}
            onKeyDown={leaveNotes}
            onChange={({ target }) => typeNotes(target.value)}
          />
        </div>
        {chosen?.promise && hero.user && (
          <div className="next-promise">
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
        {chosen?.promise && hero.user && <Covered userId={hero.user.id} covers={hero.covers} onChange={setStillOpen} />}
        <Outcomes chosen={chosen} onPick={pick} />
        <Failure error={record.error} />
        <footer>
          <Button kind="main" isBusy={record.isPending} data-shortcut="save" aria-keyshortcuts="Control+Enter">
            {chosen ? `Save: ${chosen.name.replace("…", "")}` : "Pick an outcome"} <Key>Ctrl Enter</Key>
          </Button>
          <Then upcoming={upcoming} />
        </footer>
      </Form>
    </>
  );
}
