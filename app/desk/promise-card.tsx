"use client";
import { memo } from "react";
import type { PendingCallback } from "#client/desk";
import { Button, Form } from "../_ui/form.tsx";
import { useOfSeconds, useSeconds } from "../_ui/clock.ts";
import { clockAt, countdown, onOwnClock, placeOf } from "../_ui/time.ts";
import { usePromiseActions } from "./use-promise-actions.ts";

type Props = { agentId: number; callback: PendingCallback; isHere: boolean };

/**
 * One promise: who, when, why it is with me, and what can be done about it. There may be hundreds, so each second draws
 * its count alone, and a poll only what has changed.
 */
export const PromiseCard = memo(function PromiseCard({ agentId, callback, isHere }: Props) {
  const { userName, callbackReason, scheduledFor, why, snoozes, snoozesLeft, waitsUntil } = callback;
  const due = Math.floor(Date.parse(scheduledFor) / 1_000);
  const phase = useOfSeconds((now) => (waitsUntil ? "waits" : phaseOf(due - now)));
  const state = stateOf(phase, callback);
  return (
    <li className={`promise ${state.kind}`}>
      <div className="flex items-baseline justify-between gap-2">
        <strong>{userName}</strong>
        <Count due={due} title={scheduledFor} />
      </div>
      <div className="flex flex-wrap items-baseline justify-between gap-x-2">
        <span className="text-muted">{promised(callback)}</span>
        {state.words && <span className={`tag ${state.kind}`}>{state.words}</span>}
      </div>
      {callbackReason && <p className="text-small">“{callbackReason}”</p>}
      <p className="text-muted text-tiny">
        {onOwnClock(why, scheduledFor)}
        {snoozes > 0 && ` Snoozed ${snoozes === 1 ? "once" : `${snoozes} times`}, ${snoozesLeft} left.`}
      </p>
      {callback.offerEndsAt !== null && phase === "late" && (
        <p className="text-late text-tiny">Goes to a colleague who is free at {clockAt(callback.offerEndsAt)}.</p>
      )}
      <Actions agentId={agentId} callback={callback} isHere={isHere} />
    </li>
  );
});

function Count({ due, title }: { due: number; title: string }) {
  const left = due - useSeconds();
  return (
    <span className="count" title={title}>
      {left < 0 && "+ "}
      {countdown(left)}
    </span>
  );
}

function Actions({ agentId, callback, isHere }: Props) {
  const { userName, status } = callback;
  const { accept, release, snooze, isBusy } = usePromiseActions(agentId);
  const put = (minutes: number) => snooze.mutate({ callback, minutes });
  return (
    <div className="actions">
      {status === "accepted" ? (
        <Button isBusy={isBusy} onClick={() => release.mutate(callback)}>
          Release
        </Button>
      ) : (
        <Button
          kind="main"
          isBusy={isBusy || !isHere}
          onClick={() => accept.mutate(callback)}
          aria-keyshortcuts="a"
          data-shortcut="a"
          aria-label={`Accept ${userName}`}
        >
          Accept
        </Button>
      )}
      {[5, 15, 30].map((minutes) => (
        <Button
          key={minutes}
          isBusy={isBusy}
          onClick={() => put(minutes)}
          aria-label={`Snooze ${userName} for ${minutes} min`}
          data-shortcut={minutes === 5 ? "s" : undefined}
        >
          {minutes === 5 ? "5 min" : minutes}
        </Button>
      ))}
      <details className="inline-block">
        <summary className="button plain" aria-label={`Snooze ${userName} for another time`}>
          …
        </summary>
        <Form className="mt-2 flex items-center gap-2" onSend={(fields) => put(Number(fields.get("minutes")))}>
          <input
            className="control w-20"
            name="minutes"
            type="number"
            min={1}
            max={60}
            defaultValue={10}
            required
            aria-label={`Minutes to snooze ${userName}`}
          />
          <Button isBusy={isBusy}>Snooze</Button>
        </Form>
      </details>
    </div>
  );
}

type Phase = "late" | "soon" | "later" | "waits";

function phaseOf(secondsLeft: number): Phase {
  if (secondsLeft < 0) return "late";
  return secondsLeft < 300 ? "soon" : "later";
}

/** Colour and words go together: late, soon, mine. */
function stateOf(phase: Phase, { status, waitsUntil }: PendingCallback): { kind: string; words: string } {
  if (waitsUntil) return { kind: "", words: `waits for ${clockAt(waitsUntil)}` };
  if (phase === "late") return { kind: "late", words: status === "accepted" ? "accepted, overdue" : "overdue" };
  if (status === "accepted") return { kind: "accepted", words: "accepted" };
  return phase === "soon" ? { kind: "soon", words: "due soon" } : { kind: "", words: "" };
}

function promised({ scheduledFor, userTimeZone }: PendingCallback): string {
  const [mine, theirs] = [clockAt(scheduledFor), clockAt(scheduledFor, userTimeZone)];
  return mine === theirs ? `promised ${mine}` : `promised ${mine} · ${theirs} in ${placeOf(userTimeZone)}`;
}
