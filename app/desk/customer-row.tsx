"use client";
import { type Dispatch, memo, type SetStateAction, useState } from "react";
import { LATE_AFTER_SECONDS } from "#client/callbacks";
import type { ShownPromise } from "#client/desk";
import { useOfSeconds, useSeconds } from "../_ui/clock.ts";
import { Button, Form } from "../_ui/form.tsx";
import { DrawnKey } from "../_ui/key.tsx";
import { say } from "../_ui/notices.tsx";
import { clockAt, countdown, exactly, theirTime } from "../_ui/time.ts";
import { whyWords } from "../_ui/why.ts";
import { type Row, dueOf } from "./rows.ts";
import { usePromiseActions } from "./use-promise-actions.ts";

type Props = { agentId: number; name: string; row: Row; isHere: boolean; isFirst: boolean };

/**
 * One person of the list: name, time, and the beginning of the reason. Opened, it shows every promise with its reason and all
 * actions. There may be hundreds of rows, so only the count is drawn every second. Only the first row, and the one with the
 * pointer or the focus, show actions.
 */
export const CustomerRow = memo(function CustomerRow({ agentId, name, row, isHere, isFirst }: Props) {
  const [isOpen, setOpen] = useState(false);
  const [callback] = row.callbacks;
  const due = dueOf(row);
  const phase = useOfSeconds((now) => phaseOf(due - now, callback));
  const kind = callback.status === "accepted" && phase !== "late" ? "accepted" : phase;
  return (
    <li className={`promise ${kind}`} data-first={isFirst || undefined} data-open={isOpen || undefined}>
      <div className="line">
        <Who row={row} isOpen={isOpen} setOpen={setOpen} />
        <p dir="auto" title={callback.callbackReason ?? undefined}>
          {callback.mark && <strong>{callback.mark} · </strong>}
          {underOf(callback, phase)}
        </p>
      </div>
      {callback.status === "accepted" && !callback.inCallWith && <span className="tag accepted">accepted</span>}
      <Actions agentId={agentId} callback={callback} isHere={isHere} isOpen={isOpen} />
      <Count due={due} title={callback.scheduledFor} />
      {isOpen && <Whole row={row} name={name} />}
    </li>
  );
});

function Who({ row, isOpen, setOpen }: { row: Row; isOpen: boolean; setOpen: Dispatch<SetStateAction<boolean>> }) {
  const count = row.callbacks.length;
  return (
    <button type="button" className="plain-button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
      <span className="row-name" dir="auto">
        {row.userName}
      </span>
      {count > 1 && (
        <span className="tag quiet" title={`${count} promises, one call`}>
          {count}
          <span className="sr-only"> promises, one call</span>
        </span>
      )}
    </button>
  );
}

/** Every promise to the person, each with its time and why it is with the reader. */
function Whole({ row, name }: { row: Row; name: string }) {
  return (
    <ul className="whole">
      {row.callbacks.map((callback) => (
        <li key={callback.id}>
          {promised(callback)}
          {callback.callbackReason && <p dir="auto">“{callback.callbackReason}”</p>}
          <p className="text-muted">{inCall(callback) || whyYours(callback, name)}</p>
        </li>
      ))}
    </ul>
  );
}

/** Why a promise is with the agent of this name. An acceptance is the agent's own decision, so no routing explains it. */
function whyYours({ status, why, reason }: ShownPromise, name: string): string {
  return reason === null && status === "accepted" ? "You accepted it." : whyWords(why, reason, name);
}

function Count({ due, title }: { due: number; title: string }) {
  const left = due - useSeconds();
  return (
    <span className="count" title={exactly(title)}>
      {left < 0 && "+ "}
      {countdown(left)}
    </span>
  );
}

type ActionProps = { agentId: number; callback: ShownPromise; isHere: boolean; isOpen: boolean };

function Actions({ agentId, callback, isHere, isOpen }: ActionProps) {
  const { userName, status, withAgent } = callback;
  const { accept, release, snooze, isBusy: isPressed } = usePromiseActions(agentId);
  const isBusy = isPressed || callback.isBusy === true;
  const put = (minutes: number) => snooze.mutate({ callback, minutes });
  const isMine = status === "accepted";
  const words = withAgent === null ? "Accept" : "Take back";
  const mayPress = isMine || isHere;
  const press = () =>
    mayPress ? (isMine ? release : accept).mutate(callback) : say("You are off shift. Start it, then accept.", "late");
  return (
    <div className="actions">
      <Button
        // One button for both actions, so that the focus stays on it.
        className={`button small ${isMine ? "plain" : "main"}`}
        isBusy={isBusy}
        aria-disabled={isBusy || !mayPress || undefined}
        onClick={press}
        aria-keyshortcuts={isMine ? undefined : "a"}
        data-shortcut={isMine ? undefined : "a"}
        aria-label={`${isMine ? "Release" : words} ${userName}`}
      >
        {isMine ? "Release" : words}
        {!isMine && !isOpen && <DrawnKey letter="A" />}
      </Button>
      {(callback.mark ? [] : isOpen ? [5, 15, 30] : [5]).map((minutes) => (
        <Button
          key={minutes}
          className="button plain small"
          isBusy={isBusy}
          onClick={() => put(minutes)}
          aria-label={`Snooze ${minutes} min: ${userName}`}
          data-shortcut={minutes === 5 ? "s" : undefined}
        >
          {minutes !== 5 ? minutes : isOpen ? "Snooze 5" : "Snooze 5 min"}
          {!isOpen && <DrawnKey letter="S" />}
        </Button>
      ))}
      {isOpen && (
        <Form className="other-time" onSend={(fields) => put(Number(fields.get("minutes")))}>
          <input
            className="control"
            name="minutes"
            type="number"
            min={1}
            max={60}
            defaultValue={10}
            required
            aria-label={`Minutes to snooze ${userName}`}
          />
          <Button className="button plain small" isBusy={isBusy} aria-label={`Snooze ${userName}`}>
            min
          </Button>
        </Form>
      )}
    </div>
  );
}

type Phase = "late" | "soon" | "later" | "waits";

function phaseOf(secondsLeft: number, { waitsUntil }: ShownPromise): Phase {
  if (waitsUntil) return "waits";
  if (secondsLeft < -LATE_AFTER_SECONDS) return "late";
  return secondsLeft < 300 ? "soon" : "later";
}

/** The fact that matters at a glance: until when it may wait, which agent has it or speaks with its number now, or the person's words. */
function underOf(callback: ShownPromise, phase: Phase): string {
  const { waitsUntil, withAgent, offerEndsAt, callbackReason, scheduledFor, userTimeZone } = callback;
  if (waitsUntil) return `waits for ${clockAt(waitsUntil)}`;
  const call = inCall(callback);
  if (call) return call;
  if (withAgent !== null) return `with ${withAgent} for now`;
  if (offerEndsAt !== null && phase === "late") return `yours until ${clockAt(offerEndsAt)}, then a colleague’s`;
  const place = theirTime(scheduledFor, userTimeZone);
  return (
    [snoozed(callback), callbackReason && `“${callbackReason}”`, place].filter(Boolean).join(" · ") ||
    `promised ${clockAt(scheduledFor)}`
  );
}

/** In place of the tag of an acceptance, for which there is no room beside a name. */
function inCall({ status, inCallWith }: ShownPromise): string | null {
  return inCallWith && `${status === "accepted" ? "accepted, " : ""}in a call with ${inCallWith}`;
}

function snoozed({ snoozes, snoozesLeft }: ShownPromise): string {
  if (snoozes === 0) return "";
  return `snoozed ${snoozes === 1 ? "once" : `${snoozes} times`}, ${snoozesLeft} left`;
}

function promised({ scheduledFor, userTimeZone }: ShownPromise): string {
  return [`promised ${clockAt(scheduledFor)}`, theirTime(scheduledFor, userTimeZone)].filter(Boolean).join(" · ");
}
