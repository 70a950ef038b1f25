"use client";
import { useState } from "react";
import { type CallbackStory, useReschedule } from "#client/callbacks";
import { useReschedule as useKeptReschedule } from "#client/desk";
import { Dialog } from "../_ui/dialog.tsx";
import { Choice, Field } from "../_ui/form.tsx";
import { KEPT } from "../_ui/kept-here.ts";
import type { OnDone } from "../_ui/say-moved.ts";
import { useDeskSettings } from "../_ui/desk-settings.ts";
import { fieldTime, isOutsideHours, ownZone, placeOf } from "../_ui/time.ts";

/** `isOwn`: from an agent's own desk, so the action goes through the queue of this browser. */
type Props = { callback: CallbackStory; isOwn?: true; onClose: () => void; onDone: OnDone };

/** Asks for the time that was agreed on, on the clock it refers to. */
export function RescheduleDialog({ callback, isOwn, onClose, onDone }: Props) {
  const { id, userName, userTimeZone, scheduledFor } = callback;
  const atOnce = useReschedule();
  const done = ({ message, data }: NonNullable<(typeof atOnce)["data"]>) =>
    onDone([message, ...data.conflicts].join(" "), isOwn ? undefined : { callbackIds: [id], moved: "rescheduled" });
  const kept = useKeptReschedule({ done, kept: () => onDone(KEPT) });
  const { isPending, error } = isOwn ? kept : atOnce;
  const hours = useDeskSettings();
  const [timeZone, setTimeZone] = useState(userTimeZone);
  const [time, setTime] = useState(() => fieldTime(timeAhead(scheduledFor, callback.now), userTimeZone));
  const theirs =
    time === "" || timeZone === userTimeZone ? time : fieldTime(new Date(time).toISOString(), userTimeZone);
  const choose = (next: string) => {
    setTimeZone(next);
    setTime(fieldTime(timeAhead(scheduledFor, callback.now), next));
  };
  const send = (fields: FormData) => {
    const reason = String(fields.get("reason")).trim();
    const phone = String(fields.get("phone")).trim();
    const agreed = {
      scheduledFor: String(fields.get("time")),
      timeZone,
      ...(reason && { reason }),
      ...(phone && { phone }),
    };
    if (isOwn) kept.mutate({ id, userName, ...agreed });
    else atOnce.mutate({ callbackId: id, ...agreed }, { onSuccess: done });
  };
  return (
    <Dialog
      title={`Change the time of ${userName}`}
      confirmLabel="Promise this time"
      isBusy={isPending}
      error={error}
      {...{ onClose }}
      onSend={send}
    >
      <Choice label="On whose clock" value={timeZone} onChange={({ target }) => choose(target.value)}>
        <option value={userTimeZone}>theirs ({placeOf(userTimeZone)})</option>
        {ownZone() !== userTimeZone && <option value={ownZone()}>yours ({placeOf(ownZone())})</option>}
      </Choice>
      <Field
        label="Time"
        name="time"
        type="datetime-local"
        value={time}
        onChange={({ target }) => setTime(target.value)}
        required
      />
      {time !== "" && isOutsideHours(hours, theirs) && (
        <p className="text-small text-late" role="status">
          It is {theirs.slice(11, 16)} in {placeOf(userTimeZone)} then, outside {hours.decentHoursFrom}:00 to{" "}
          {hours.decentHoursTo}:00. Ask whether that is meant.
        </p>
      )}
      <Field
        label="On another number"
        hint={`Left empty, it stays ${callback.spacedPhone}.`}
        name="phone"
        maxLength={40}
        autoComplete="off"
      />
      <Field
        label="Reason"
        hint="Stays in the story, for later readers."
        name="reason"
        maxLength={500}
        autoComplete="off"
      />
    </Dialog>
  );
}

const QUARTER_MS = 15 * 60_000;

/** The time of the promise while it lies ahead, else the next quarter of an hour. */
function timeAhead(scheduledFor: string, now: string): string {
  const next = Math.ceil(Date.parse(now) / QUARTER_MS) * QUARTER_MS;
  return new Date(Math.max(Date.parse(scheduledFor), next)).toISOString();
}
