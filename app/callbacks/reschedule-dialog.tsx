"use client";
import { useState } from "react";
import { type CallbackStory, useReschedule } from "#client/callbacks";
import { Dialog } from "../_ui/dialog.tsx";
import { Choice, Field } from "../_ui/form.tsx";
import { fieldTime, ownZone, placeOf } from "../_ui/time.ts";

type Props = { callback: CallbackStory; onClose: () => void; onDone: (message: string) => void };

/** Asks for the time that was agreed on, on the clock it was said on. */
export function RescheduleDialog({ callback, onClose, onDone }: Props) {
  const { id, userTimeZone, scheduledFor } = callback;
  const { mutate, isPending, error } = useReschedule();
  const [timeZone, setTimeZone] = useState(userTimeZone);
  const send = (fields: FormData) => {
    const reason = String(fields.get("reason")).trim();
    const phone = String(fields.get("phone")).trim();
    mutate(
      {
        callbackId: id,
        scheduledFor: String(fields.get("time")),
        timeZone,
        ...(reason && { reason }),
        ...(phone && { phone }),
      },
      { onSuccess: ({ message, data }) => onDone([message, ...data.conflicts].join(" ")) },
    );
  };
  return (
    <Dialog
      title="Change the time"
      confirmLabel="Promise this time"
      isBusy={isPending}
      error={error}
      {...{ onClose }}
      onSend={send}
    >
      <Choice label="On whose clock" value={timeZone} onChange={({ target }) => setTimeZone(target.value)}>
        <option value={userTimeZone}>theirs ({placeOf(userTimeZone)})</option>
        {ownZone() !== userTimeZone && <option value={ownZone()}>yours ({placeOf(ownZone())})</option>}
      </Choice>
      <Field
        key={timeZone}
        label="Time"
        name="time"
        type="datetime-local"
        defaultValue={fieldTime(scheduledFor, timeZone)}
        required
      />
      <Field
        label="On another number"
        hint={`Left empty, it stays ${callback.userPhone}.`}
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
