"use client";
import { type RefObject, useEffect, useRef, useState } from "react";
import type { Hero, PendingCallback } from "#client/desk";
import { formOpened } from "../_ui/dial.ts";
import { Key } from "../_ui/key.tsx";
import { Button, Failure, Form } from "../_ui/form.tsx";
import { aboutCallback, endOffer } from "../_ui/notices.tsx";
import { clockAt } from "../_ui/time.ts";
import { CallBackAt } from "../_ui/call-back-at.tsx";
import { CallBackOn } from "./call-back-on.tsx";
import { Covered } from "./covered.tsx";
import { Customer } from "./customer.tsx";
import { EndsContactDialog, isEndOfContact } from "./ends-contact-dialog.tsx";
import { Lease } from "./lease.tsx";
import { Outcomes } from "./outcomes.tsx";
import type { OutcomeChoice } from "./outcomes.ts";
import { Then } from "./then.tsx";
import { useDraft } from "./use-draft.ts";
import { useOutcomeForm } from "./use-outcome-form.ts";
import { LAST_CALL, useRecording } from "./use-recording.ts";

type Props = {
  agentId: number;
  hero: Hero;
  call: NonNullable<Hero["call"]>;
  /** The promise that is due next. */
  upcoming: PendingCallback | undefined;
};

/** The call under way on one page without scrolling: the person, the notes first, the outcomes, and a bar that saves. */
export function InCall({ agentId, hero, call, upcoming }: Props) {
  const name = hero.user?.name ?? "this person";
  const draft = useDraft(agentId, call.id);
  const fields = useOutcomeForm({ agentId, hero, callSessionId: call.id, draft });
  const { chosen } = fields;
  const record = useRecording({ agentId, hero, callSessionId: call.id, name, draft });
  const [isAsking, setAsking] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const focusOn = (selector: string) => form.current?.querySelector<HTMLElement>(selector)?.focus();
  useOpening(form, hero, call.id);
  const setPicked = usePickedFocus(form);
  const send = () => {
    const ready = fields.ready();
    if ("missing" in ready) return focusOn(ready.missing);
    if (isEndOfContact(ready.outcomeType) && !isAsking) return setAsking(true);
    record.mutate({ callSessionId: call.id, userName: name, callbackId: hero.callback?.id ?? null, ...ready });
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
        <Notes
          notes={fields.notes}
          draftAt={draft.found.at}
          onNotes={fields.typeNotes}
          onDiscard={() => {
            fields.clear();
            focusOn("textarea");
          }}
          onEscape={() => focusOn(".outcomes button")}
        />
        {chosen?.promise && hero.user && (
          <div className="next-promise">
            <CallBackAt
              userId={hero.user.id}
              text={fields.text}
              onText={fields.typeTime}
              onWhen={fields.setWhen}
              isNeeded={chosen.type === "call_back"}
            />
            {fields.needsTime && <CallBackOn user={hero.user} phone={fields.phone} onPhone={fields.typePhone} />}
          </div>
        )}
        {chosen?.promise && hero.user && (
          <Covered userId={hero.user.id} covers={hero.covers} onChange={fields.setStillOpen} />
        )}
        <Outcomes
          chosen={chosen}
          onPick={(outcome) => {
            fields.pick(outcome);
            setPicked(outcome);
          }}
        />
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

/** When the form opens: ends the offers that this call makes impossible, dials, and focuses the notes. */
function useOpening(form: RefObject<HTMLFormElement | null>, hero: Hero, callId: string): void {
  const first = useRef(hero);
  useEffect(() => {
    // Once the next call has begun, the outcome of the last one is final, and so is the acceptance that led to this one.
    endOffer(LAST_CALL);
    if (first.current.callback) endOffer(aboutCallback(first.current.callback.id));
    formOpened(callId, first.current.user?.dialLink ?? null);
    form.current?.querySelector("textarea")?.focus();
  }, [form, callId]);
}

/** A picked outcome moves the focus to the field it needs: the time, else Save. */
function usePickedFocus(form: RefObject<HTMLFormElement | null>): (outcome: OutcomeChoice) => void {
  const [picked, setPicked] = useState<OutcomeChoice | null>(null);
  useEffect(() => {
    if (!picked) return;
    const place = picked.type === "call_back" ? '[name="when"]' : '[data-shortcut="save"]';
    form.current?.querySelector<HTMLElement>(place)?.focus();
    setPicked(null);
  }, [form, picked]);
  return setPicked;
}

type NotesProps = {
  notes: string;
  /** When the draft in the form was stored; empty: it opened without one. */
  draftAt: string;
  onNotes: (notes: string) => void;
  onDiscard: () => void;
  onEscape: () => void;
};

function Notes({ notes, draftAt, onNotes, onDiscard, onEscape }: NotesProps) {
  return (
    <div className="notes">
      <div className="flex flex-wrap items-baseline justify-between gap-2">
        <label htmlFor="notes">Notes</label>
        {draftAt !== "" && (
          <p className="font-normal text-muted">
            Draft kept from {clockAt(draftAt)}.{" "}
            <button type="button" className="plain-button underline" onClick={onDiscard}>
              Throw the draft away
            </button>
          </p>
        )}
      </div>
      <textarea
        id="notes"
        className="control"
        dir="auto"
        name="notes"
        maxLength={5_000}
        value={notes}
        onKeyDown={({ key }) => key === "Escape" && onEscape()}
        onChange={({ target }) => onNotes(target.value)}
      />
    </div>
  );
}
