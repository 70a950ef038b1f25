"use client";
import { useState } from "react";
import { type ShownCallback, useRescheduleEach } from "#client/callbacks";
import { Dialog } from "../_ui/dialog.tsx";
import { Choice, Field } from "../_ui/form.tsx";
import type { OnDone } from "../_ui/say-moved.ts";
import { useDeskSettings } from "../_ui/desk-settings.ts";
import { dayAt, fieldTime, isOutsideHours, placeOf } from "../_ui/time.ts";
import { countedCallbacks, LeftOut, NONE_LEFT, Preview, useChosen } from "./preview.tsx";

type Props = { callbacks: readonly ShownCallback[]; onClose: () => void; onDone: OnDone };

const LATER: readonly [minutes: number, words: string][] = [
  [30, "30 minutes later"],
  [60, "an hour later"],
  [240, "4 hours later"],
  [1_440, "a day later"],
  [10_080, "a week later"],
];

/** Reschedules many promises: each later by the same time, or all to one time on their own customers' clocks. */
export function MoveManyDialog({ callbacks, onClose, onDone }: Props) {
  const { mutate, isPending, isSuccess, error } = useRescheduleEach();
  const { these, gone } = useChosen(callbacks, isPending || isSuccess);
  const [minutes, setMinutes] = useState(60);
  const [local, setLocal] = useState("");
  const hours = useDeskSettings();
  const isOneTime = minutes === 0;
  /** The new time on the customer's clock; empty while none is selected. */
  const theirs = ({ scheduledFor, userTimeZone }: ShownCallback) =>
    isOneTime ? local : fieldTime(laterBy(scheduledFor, minutes), userTimeZone);
  const atNight = local === "" && isOneTime ? 0 : these.filter((one) => isOutsideHours(hours, theirs(one))).length;
  const send = (fields: FormData) => {
    const reason = String(fields.get("reason"));
    mutate(
      these.map(({ id, scheduledFor, userTimeZone }) => ({
        callbackId: id,
        reason,
        ...(isOneTime
          ? { scheduledFor: local, timeZone: userTimeZone }
          : { scheduledFor: laterBy(scheduledFor, minutes), timeZone: userTimeZone }),
      })),
      {
        onSuccess: ({ done, sentence }) =>
          onDone(`Another time: ${sentence}`, { callbackIds: done, moved: "rescheduled" }),
      },
    );
  };
  return (
    <Dialog
      title={`Change the time of ${countedCallbacks(these.length)}`}
      confirmLabel={these.length === 1 ? "Promise this time" : "Promise these times"}
      missing={these.length === 0 ? NONE_LEFT : null}
      isBusy={isPending}
      error={error}
      onClose={onClose}
      onSend={send}
    >
      <Choice label="To" value={minutes} onChange={({ target }) => setMinutes(Number(target.value))}>
        {LATER.map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
        <option value={0}>one time, on each customer's clock</option>
      </Choice>
      {isOneTime && (
        <Field
          label="Time, on each customer's clock"
          type="datetime-local"
          value={local}
          onChange={({ target }) => setLocal(target.value)}
          required
        />
      )}
      <Preview
        callbacks={these}
        of={(one) => {
          const next = theirs(one);
          const before = dayAt(one.scheduledFor, one.userTimeZone);
          const words = next === "" ? "…" : withoutDayOf(before, dayAt(`${next}Z`, "UTC"));
          return `${before} becomes ${words} in ${placeOf(one.userTimeZone)}`;
        }}
      />
      <LeftOut gone={gone} />
      {atNight > 0 && (
        <p className="text-small text-late" role="status">
          {these.length === 1 ? "It" : `${atNight} of them`} would be called outside {hours.decentHoursFrom}:00 to{" "}
          {hours.decentHoursTo}:00 of their day.
        </p>
      )}
      <Field
        label="Reason"
        hint="Stays in each story, for later readers."
        name="reason"
        maxLength={500}
        autoComplete="off"
        required
      />
    </Dialog>
  );
}

/** "15:23" of "Fri 27 Nov, 15:23" beside another time of that day. */
function withoutDayOf(before: string, next: string): string {
  const day = before.slice(0, before.lastIndexOf(",") + 1);
  return day !== "" && next.startsWith(day) ? next.slice(day.length).trim() : next;
}

function laterBy(at: string, minutes: number): string {
  return new Date(Date.parse(at) + minutes * 60_000).toISOString();
}
