"use client";
import { Figure } from "../_ui/figure.tsx";
import { useState } from "react";
import { type CallbackStory, useStory } from "#client/callbacks";
import { CustomerLink } from "../_ui/customer-link.tsx";
import { Button, Failure } from "../_ui/form.tsx";
import type { MovedOf, OnDone } from "../_ui/say-moved.ts";
import { dayAndTime, placeOf, theirTime } from "../_ui/time.ts";
import { useDeskClock } from "../_ui/clock.ts";
import { useWayBack } from "../_ui/use-way-back.ts";
import { When } from "../_ui/when.tsx";
import { Words } from "../_ui/words-shown.tsx";
import { openStory, rowId } from "./address.ts";
import { AllowDialog } from "./allow-dialog.tsx";
import { CancelDialog } from "./cancel-dialog.tsx";
import { OwnActions } from "./own-actions.tsx";
import { ReassignDialog } from "./reassign-dialog.tsx";
import { RescheduleDialog } from "./reschedule-dialog.tsx";
import { isOpen, State } from "./state.tsx";
import { Timeline } from "./timeline.tsx";
import { With } from "./with.tsx";

type Props = {
  id: number;
  /** The agent whose desk the reader has; null: a supervisor, who sees all desks. */
  agentId: number | null;
  onDone: OnDone;
};

/** One callback: the person, the time, its events with their reasons, and the reader's actions. */
export function Story({ id, agentId, onDone }: Props) {
  const { data, error, isPending } = useStory(id);
  const { way, back } = useWayBack(rowId(id));
  const close = () => {
    openStory(null);
    back();
  };
  return (
    // On a narrow page it stands above the list and fills the screen, so that the list does not move when the story has come.
    <section aria-label={`Callback ${id}`} className="panel story order-first max-lg:min-h-screen lg:order-none">
      <div className="flex items-start justify-between gap-3">
        <p className="small-caps">Callback {id}</p>
        <Button ref={way} onClick={close} aria-label="Close the story">
          Close
        </Button>
      </div>
      {isPending && <p className="text-muted">Loading…</p>}
      <Failure error={error} />
      {data && <Known callback={data} agentId={agentId} onDone={onDone} />}
    </section>
  );
}

function Known({ callback, agentId, onDone }: { callback: CallbackStory } & Omit<Props, "id">) {
  const now = useDeskClock();
  const isSupervisor = agentId === null;
  const { userName, spacedPhone, userTimeZone, promisedFor, scheduledFor, callbackReason } = callback;
  return (
    <>
      <h2 className="big">
        <CustomerLink userId={callback.userId}>{userName}</CustomerLink>
      </h2>
      <p className="text-muted text-small">
        {callback.dialLink ? <a href={callback.dialLink}>{spacedPhone}</a> : spacedPhone} ·{" "}
        {dayAndTime(callback.now, now, userTimeZone)} in {placeOf(userTimeZone)}
        {!callback.isZoneKnown && " (zone unknown, a guess)"}
      </p>
      <p>
        <State callback={callback} />
      </p>
      <dl className="figures">
        <Figure name="promised">
          <When at={promisedFor} now={now} />
        </Figure>
        {scheduledFor !== promisedFor && (
          <Figure name={isOpen(callback) ? "now due" : "was due"}>
            <When at={scheduledFor} now={now} />
          </Figure>
        )}
        {theirTime(scheduledFor, userTimeZone) && (
          <Figure name="their clock">{dayAndTime(scheduledFor, now, userTimeZone)}</Figure>
        )}
        <Figure name="with">
          <With callback={callback} />
        </Figure>
        <Figure name="attempts">{`${callback.attempts} of ${callback.maxAttempts}`}</Figure>
        {callback.snoozes > 0 && (
          <Figure name="snoozed">{callback.snoozes === 1 ? "once" : `${callback.snoozes} times`}</Figure>
        )}
      </dl>
      {callbackReason && (
        <p className="mt-4 wrap-anywhere" dir="auto">
          “<Words text={callbackReason} />”
        </p>
      )}
      {callback.mark && <Marked callback={callback} isSupervisor={isSupervisor} onDone={onDone} />}
      {isSupervisor && isOpen(callback) && <Actions callback={callback} onDone={onDone} />}
      {agentId !== null && isOpen(callback) && <OwnActions callback={callback} agentId={agentId} onDone={onDone} />}
      <h3 className="small-caps mt-5">History</h3>
      <Timeline events={callback.events} now={now} />
      <Texts texts={callback.texts} now={now} />
    </>
  );
}

const OCCASIONS = { promised: "The promise", moved: "Another time", cancelled: "No call", soon: "Before the call" };

function Texts({ texts, now }: { texts: CallbackStory["texts"]; now: number }) {
  if (texts.length === 0) return null;
  return (
    <>
      <h3 className="small-caps mt-5">Texts to the customer</h3>
      <ul className="grid gap-2">
        {texts.map(({ occasion, at, forTime, state, why }) => (
          <li key={`${occasion} ${at} ${forTime}`}>
            <strong>{OCCASIONS[occasion]}</strong>{" "}
            <span className="text-muted text-small">
              <When at={at} now={now} />, {state ?? "not sent"}
            </span>
            <div className="text-muted text-small">{why}</div>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Why this number may not be called, and a supervisor's way to lift the mark. */
function Marked({
  callback,
  isSupervisor,
  onDone,
}: { callback: CallbackStory; isSupervisor: boolean } & Pick<Props, "onDone">) {
  const [isAsking, setIsAsking] = useState(false);
  const words =
    callback.mark?.kind === "wrong_number" ? "The number is known to be wrong" : "The number asked not to be called";
  return (
    <div className="notice late mt-4">
      <p>
        {words}: {callback.mark?.why}
      </p>
      {isSupervisor && <Button onClick={() => setIsAsking(true)}>Let it be called again</Button>}
      {isAsking && (
        <AllowDialog
          userId={callback.userId}
          userName={callback.userName}
          phone={callback.phone}
          onClose={() => setIsAsking(false)}
          onDone={(message) => {
            setIsAsking(false);
            onDone(message);
          }}
        />
      )}
    </div>
  );
}

function Actions({ callback, onDone }: { callback: CallbackStory; onDone: OnDone }) {
  const [asking, setAsking] = useState<"reassign" | "reschedule" | "cancel" | null>(null);
  const close = () => setAsking(null);
  const dialog = {
    onClose: close,
    onDone: (message: string, move?: MovedOf) => {
      close();
      onDone(message, move);
    },
  };
  return (
    <div className="mt-4 flex flex-wrap gap-2">
      <Button kind="main" onClick={() => setAsking("reassign")}>
        Reassign
      </Button>
      <Button onClick={() => setAsking("reschedule")}>Change the time</Button>
      <Button kind="danger" onClick={() => setAsking("cancel")}>
        Cancel
      </Button>
      {asking === "reassign" && <ReassignDialog callbacks={[callback]} {...dialog} />}
      {asking === "reschedule" && <RescheduleDialog callback={callback} {...dialog} />}
      {asking === "cancel" && <CancelDialog callbackId={callback.id} userName={callback.userName} {...dialog} />}
    </div>
  );
}
